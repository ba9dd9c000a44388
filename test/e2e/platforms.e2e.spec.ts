import { itIsSupported, type Platform } from './platform.js';

/** `GILD_TEST_LIVE`: `ubuntu 24.04` or `debian 11 aarch64`, several separated by commas; built from live mirrors. */
const live = (process.env['GILD_TEST_LIVE'] ?? '')
  .split(',')
  .filter((text) => text.trim() !== '')
  .map((text): Platform => {
    const [os = '', release = '', arch = 'x86_64'] = text.trim().split(/\s+/);
    return { os, release, arch: arch === 'aarch64' ? 'aarch64' : 'x86_64', kind: 'live' };
  });

/** Debian 12 on x86_64 is built by the other tests. */
const tested: readonly Platform[] = [{ os: 'debian', release: '13', arch: 'x86_64', kind: 'tested' }];

describe.each([...tested, ...live])('$os $release on $arch', itIsSupported);
