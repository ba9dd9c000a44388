// What is generated must be what is committed: runs every generator of tools/ and compares docs/generated
// before and after. The new text is left in place, ready to be looked at and committed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';

const snapshot = () =>
  new Map(
    globSync('docs/generated/**/*.*')
      .sort()
      .map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );

const before = snapshot();
for (const generator of globSync('tools/generate-*.mjs').sort()) {
  const { status } = spawnSync(process.execPath, [generator], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`${generator} failed`);
    process.exit(1);
  }
}
const after = snapshot();

const drifted = [...new Set([...before.keys(), ...after.keys()])].filter(
  (file) => before.get(file) !== after.get(file),
);
for (const file of drifted) console.error(`${file} was not up to date`);
if (drifted.length > 0) {
  console.error(
    'Generated files are brought up to date now: look at `git diff docs/generated` and commit it.',
  );
  process.exit(1);
}
console.log(`${after.size} generated files are up to date`);
