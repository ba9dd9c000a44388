import { join } from 'node:path';
import { smallDisk } from '@gild/testing';
import { runProcess } from './run-process.js';

const { path, under, itOnDisk } = smallDisk('row 9, a full disk', '2m');

itOnDisk(
  'row 9: refuses appends on a full disk, still reads and reopens, and goes on when there is room',
  async () => {
    const told = await runProcess({ task: 'fill', path: join(path, 'events.db'), under });
    expect(told).toStrictEqual([
      ['refused', 'STORE_FULL'],
      ['readable', 'true'],
      ['refused-again', 'STORE_FULL'],
      ['readable-after-reopening', 'true'],
      ['with-space', 'acked'],
      ['grown', 'true'],
    ]);
  },
  60_000,
);
