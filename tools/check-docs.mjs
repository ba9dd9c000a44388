// What is generated must be what is committed: empties docs/generated, runs every generator of tools/ and compares
// before and after. The new text is left in place, ready to be looked at and committed.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const snapshot = () =>
  new Map(
    globSync('docs/generated/**/*.*')
      .sort()
      .map((file) => [file, readFileSync(file, 'utf8')]),
  );

const before = snapshot();
// What no generator writes any more must not stay.
for (const file of before.keys()) rmSync(file);
for (const generator of globSync('tools/generate-*.mjs').sort()) {
  const { status } = spawnSync(process.execPath, [generator], { stdio: 'inherit' });
  if (status !== 0) {
    for (const [file, text] of before) writeFileSync(file, text);
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
