import { faultOf } from '@gild/testing';
import { underLock } from './index-lock.js';

const WAITING = 'Waiting for another build that uses these package indexes\n';

it('gives what a command printed that had to wait, without what was printed while it did', () => {
  const printed = 'Package: nano\nVersion: 7.2-1\n';
  const ran = underLock({ exitCode: 0, output: `${WAITING}${WAITING}${printed}` });
  expect(ran).toStrictEqual({ exitCode: 0, output: printed, hasWaited: true });
  const failed = { exitCode: 100, output: printed };
  expect(underLock(failed)).toStrictEqual({ ...failed, hasWaited: false });
});

it('says that another build seems to be stuck that held the lock all the time', async () => {
  const held = Promise.resolve({ exitCode: 75, output: WAITING }).then(underLock);
  expect(await faultOf(held)).toMatchObject({
    code: 'BUILD_SILENT',
    message: expect.stringMatching(/^Another build has used the package indexes here for 20 minutes/),
  });
});
