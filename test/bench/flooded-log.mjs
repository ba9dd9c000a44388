// Measures what a build that floods its log costs its agent: `npm run build`, then
// `node_modules/.bin/node test/bench/flooded-log.mjs [MiB]` (2048 unless told: a line of 100 MB, then lines of 1 KiB).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mib = Number(process.argv[2] ?? 2048);
const program = join(
  import.meta.dirname,
  '../../libs/builder/edge/dist/agent/process-tests/printing-build.js',
);
const script = `$| = 1; print "x" x 1048576 for 1 .. 100; print "\\n"; print "y" x 1023, "\\n" for 1 .. ${Math.max(0, mib - 100)} * 1024;`;
const root = mkdtempSync(join(tmpdir(), 'gild-flood-'));
try {
  const begun = performance.now();
  const output = execFileSync(process.execPath, [program, root, script, '64'], { encoding: 'utf8' });
  const { grownBytes, sizeBytes } = JSON.parse(output.trim().split('\n').at(-1));
  const seconds = (performance.now() - begun) / 1000;
  const inMib = (bytes) => (bytes / 2 ** 20).toFixed(1);
  process.stdout.write(
    `${mib} MiB printed in ${seconds.toFixed(1)} s: ${inMib(sizeBytes)} MiB kept, the agent's memory grew by ${inMib(grownBytes)} MiB\n`,
  );
} finally {
  rmSync(root, { recursive: true });
}
