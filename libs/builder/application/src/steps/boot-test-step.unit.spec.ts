import { farm } from '../builder-under-test.spec.js';

it('boots an image on a processor of the level its release is made for', async () => {
  const { fake, store, build } = farm();
  const levels: unknown[] = [];
  fake.onBoot = ({ firmware, x86Level }) => {
    if (firmware === 'bios') levels.push(x86Level);
    return Promise.resolve({});
  };
  for (const os_version of ['9', '10']) await build(await store([], { base_os: 'centos', os_version }));
  expect(levels).toStrictEqual([2, 3]);
});
