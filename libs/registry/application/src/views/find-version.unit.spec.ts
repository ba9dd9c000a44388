import { NO_LIFE } from '@gild/registry-domain';
import { findVersion } from './find-version.js';
import type { ImageRecord, PublishedVersion } from './images-view.js';

const imagesWith = (numbers: string[]) => {
  const versions = new Map(numbers.map((version) => [version, { version } as PublishedVersion]));
  const image: ImageRecord = {
    definition: {},
    definitionDigest: '',
    definedAt: '',
    versions,
    open: new Map(),
    life: NO_LIFE,
    moves: new Map(),
    revokedBy: new Map(),
  };
  return { images: new Map([['web', image]]), versions };
};

it('takes a version that is named without looking at the others', () => {
  const { images, versions } = imagesWith(['1.0.0', '1.1.0']);
  versions.keys = () => {
    throw new Error('all versions were looked at');
  };
  expect(findVersion(images, 'web', '1.0.0')).toStrictEqual({ version: '1.0.0' });
});

it('names the newest ones when there is none of that number', () => {
  const { images } = imagesWith(['1.0.0', '1.10.0', '1.9.0', '2.0.0-rc.1', '1.2.0', '1.3.0']);
  expect(() => findVersion(images, 'web', '3.0.0')).toThrow(
    'the newest versions are 1.10.0, 1.9.0, 1.3.0, 1.2.0, 1.0.0',
  );
  expect(findVersion(images, 'web', 'latest')).toStrictEqual({ version: '1.10.0' });
});
