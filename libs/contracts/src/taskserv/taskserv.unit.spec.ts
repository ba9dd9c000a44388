import { ChosenTaskserv } from '../build/build-inputs.js';
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
    'https://example.org/a_b~c+d@e',
    'https://bücher.example/',
  ])('may be %s', (url) => {
    expect(downloading(url)).toBe(true);
  });

  it.each([
    'http://x/ rsh://-oProxyCommand=id/',
    'https://user:secret@example.org/a',
    'https://user@example.org',
    'https:///user:secret@example.org/',
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

it('is refused with a password where it is written, and read where it is stored', () => {
  const url = 'https://user:secret@example.org/a';
  const downloads = [{ url, sha256: '0'.repeat(64), path: '/x' }];
  expect(downloading(url)).toBe(false);
  expect(ChosenTaskserv.safeParse({ name: 'web', installation: { downloads }, checks: [] }).success).toBe(
    true,
  );
});

describe('the version of a taskserv', () => {
  const versioned = (source: object) =>
    Taskserv.safeParse({
      name: 'web',
      description: 'a service',
      ...source,
      distributions: { debian: [{ packages: ['web'] }] },
      checks: [{ name: 'up', unit: 'web.service' }],
    });

  it('comes from a package, or is the one that is downloaded', () => {
    expect(versioned({ version_package: 'web' }).success).toBe(true);
    expect(versioned({ version: '1.35.1' }).success).toBe(true);
  });

  it.each([{}, { version_package: 'web', version: '1.35.1' }])('is said once, unlike in %j', (source) => {
    expect(versioned(source).error?.issues).toMatchObject([
      {
        path: ['version_package'],
        message: 'expected version_package or version: where the version comes from, or which one it is',
      },
    ]);
  });
});
