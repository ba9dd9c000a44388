import type { Platform } from './live-platforms.js';
import { itIsSupported } from './platform.js';

const tested: readonly Platform[] = ['12', '13'].map((release) => ({
  ...{ os: 'debian', release },
  ...{ arch: 'aarch64', kind: 'tested' },
}));

describe.each(tested)('$os $release on $arch', itIsSupported);
