// A build in its agent, as far as its folder, its programs and its log go: runs a script in a sandbox until the script ends, and tells
// what memory that took.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logWriter } from '@gild/builder-application';
import { sha256, systemClock } from '@gild/node-runtime';
import { linuxSandbox } from '@gild/sandbox-linux';
import { openObjectStore } from '@gild/service-edge';
import { directoryWorkFolders } from '@gild/work-folders';

const [root = '', script = '', limitMib = '64'] = process.argv.slice(2);
const MIB = 2 ** 20;
const WARM_UP_BYTES = 64 * MIB;

const residentBytes = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;

const sandbox = linuxSandbox();
const folders = directoryWorkFolders({ root: join(root, 'scratch'), sandbox });
const log = logWriter('job', 1, {
  objects: await openObjectStore(
    { GILD_OBJECTS: `directory:${join(root, 'objects')}`, GILD_S3_REGION: '', GILD_S3_PLAINTEXT: 'refused' },
    { sweepFailed: () => undefined },
  ),
  messenger: {
    hint: () => process.stdout.write('stored\n'),
    request: () => Promise.reject(new Error('nobody answers')),
    onHint: () => Promise.resolve(() => undefined),
  },
  ...{ agentId: 'oak', clock: systemClock, sha256, limitBytes: Number(limitMib) * MIB },
});
const folder = await folders.create('job-1', 0);
const upper = await folders.sub(folder, 'layer');

let printed = 0;
let before = residentBytes();
/** Node collects what it read only after some 64 MiB of it: what it takes from then on is what counts. */
const keep = (chunk: Uint8Array): Promise<void> => {
  printed += chunk.length;
  if (printed <= WARM_UP_BYTES) before = residentBytes();
  return log.write(chunk);
};
await sandbox.run({
  argv: ['/usr/bin/perl', '-e', script],
  ...{ lower: [], upper, root: 'host', onOutput: keep },
});
const record = await log.close();
await folders.remove(folder);
process.stdout.write(`${JSON.stringify({ ...record, grownBytes: residentBytes() - before })}\n`);
