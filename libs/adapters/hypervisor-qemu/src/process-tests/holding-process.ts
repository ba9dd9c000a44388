// Starts a machine that never ends and says so; a test then kills this process.
import { systemClock } from '@gild/node-runtime';
import { qemuHypervisor } from '../qemu-hypervisor.js';

const [diskPath = '', workDir = ''] = process.argv.slice(2);

await qemuHypervisor({ clock: systemClock, stateDir: workDir }).bootTest({
  diskPath,
  diskFormat: 'raw',
  arch: 'x86_64',
  firmware: 'bios',
  memoryMiB: 128,
  checks: [],
  deadlineMs: 600_000,
  emulatedTimes: 1,
  onConsole: (chunk) => void process.stdout.write(chunk),
  workDir,
  signal: new AbortController().signal,
});
