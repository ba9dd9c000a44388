// Gives the packages of this repository their names in node_modules. npm does that only for those it finds when it installs,
// and an image installs before the code is there: so that a changed line does not fetch everything again.
import { globSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

for (const file of globSync(['apps/*/package.json', 'libs/{*,*/*}/package.json'])) {
  const link = join('node_modules', JSON.parse(readFileSync(file, 'utf8')).name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), dirname(file)), link);
}
