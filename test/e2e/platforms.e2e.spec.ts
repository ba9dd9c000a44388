import { live, type Platform } from './live-platforms.js';
import { itIsSupported } from './platform.js';

/** Debian 12 on x86_64 is built by the other tests. */
const tested: readonly Platform[] = [{ os: 'debian', release: '13', arch: 'x86_64', kind: 'tested' }];

describe.each([...tested, ...live])('$os $release on $arch', (platform) => {
  itIsSupported(platform);
});
