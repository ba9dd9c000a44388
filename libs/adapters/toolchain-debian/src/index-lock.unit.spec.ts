import { faultOf } from '@gild/testing';
import { isWaiting, underLock } from './index-lock.js';

const WAITING = 'Waiting for another build that uses these package indexes\n';

it('gives what a command printed that had to wait, without what was printed while it did', () => {
  const printed = 'Package: nano\nVersion: 7.2-1\n';
  const ran = underLock({ exitCode: 0, output: `${WAITING}${WAITING}${printed}` });
  expect(ran).toStrictEqual({ exitCode: 0, output: printed });
  const failed = { exitCode: 100, output: printed };
  expect(underLock(failed)).toStrictEqual(failed);
});

it('says that others held the lock all the time', async () => {
  const held = Promise.resolve({ exitCode: 75, output: WAITING }).then(underLock);
  expect(await faultOf(held)).toMatchObject({
    code: 'BUILD_SILENT',
    message: expect.stringMatching(/^Others have used the package indexes here for 20 minutes/),
  });
});

it('tells a lock that there cannot be from what apt says', async () => {
  const output = 'flock: cannot open lock file /run/apt/index/lock: Permission denied\n';
  expect(await faultOf(Promise.resolve({ exitCode: 66, output }).then(underLock))).toMatchObject({
    code: 'PACKAGE_FAILED',
    message:
      'The package indexes could not be locked: flock: cannot open lock file /run/apt/index/lock: Permission denied',
  });
});

it('knows that a command waits by what it prints', () => {
  expect([WAITING, 'Package: nano\n'].map((text) => isWaiting(Buffer.from(text)))).toStrictEqual([
    true,
    false,
  ]);
});
