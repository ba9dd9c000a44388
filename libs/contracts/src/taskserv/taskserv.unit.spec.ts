import { Taskserv } from './taskserv.js';

const downloading = (url: string) =>
  Taskserv.safeParse({
    name: 'web',
    description: 'a service',
    version_package: 'web',
    distributions: { debian: [{ downloads: [{ url, sha256: '0'.repeat(64), path: '/x' }] }] },
    checks: [{ name: 'up', unit: 'web.service' }],
  }).success;

describe('an address on the web', () => {
  it.each([
    'http://x/',
    'https://packages.example.org:8443/debian/?a=b&c=%20d#e',
    'https://user:secret@example.org/a_b~c+d',
    'https://bücher.example/',
  ])('may be %s', (url) => {
    expect(downloading(url)).toBe(true);
  });

  it.each([
    'http://x/ rsh://-oProxyCommand=id/',
    'http://x/\trsh://-oProxyCommand=id/',
    'http://x/\u00a0rsh://x/',
    'http://x/\nTrusted: yes',
    'http://x/\0',
    ' http://x/',
    'http://x/ ',
    'http://x/[trusted=yes]',
    'ftp://x/',
    'file:///etc/shadow',
    'http:x',
    'x',
  ])('is one word of one scheme, unlike %j', (url) => {
    expect(downloading(url)).toBe(false);
  });
});
