import type { InstalledPackage } from '@gild/contracts';
import { imageUrl, packageUrl } from './package-url.js';
import { debian, fedora } from './subject-under-test.spec.js';

const one = (strange: Partial<InstalledPackage>): InstalledPackage => ({
  ...{ name: 'tool', version: '1', arch: 'amd64', source: 'tool' },
  ...strange,
});

describe('the URL of a package', () => {
  it('names vendor, package, version, architecture, distribution and, where it has another name or version, the source', () => {
    expect(debian.packages.map((each) => packageUrl(each, debian))).toStrictEqual([
      'pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12&upstream=bash%405.2.15-2',
      'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12&upstream=glibc',
      'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=i386&distro=debian-12&upstream=glibc',
      'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12&upstream=gcc-12',
      'pkg:deb/debian/nginx@1.22.1-9?arch=amd64&distro=debian-12',
      'pkg:deb/debian/vim@2:9.0.1378-2?arch=amd64&distro=debian-12',
    ]);
  });

  it('has the epoch of an rpm apart, and the name of its source file', () => {
    expect(fedora.packages.map((each) => packageUrl(each, fedora))).toStrictEqual([
      'pkg:rpm/fedora/bash@5.3.0-2.fc43?arch=aarch64&distro=fedora-43',
      'pkg:rpm/fedora/openssl-libs@3.5.1-2.fc43?arch=aarch64&distro=fedora-43&epoch=1&upstream=openssl-3.5.1-2.fc43.src.rpm',
      'pkg:rpm/fedora/perl-Errno@1.38-520.fc43?arch=aarch64&distro=fedora-43&upstream=perl-5.42.0-520.fc43.src.rpm',
    ]);
  });

  it.each([
    ['rhel', '9', 'pkg:rpm/redhat/tool@1?arch=amd64&distro=rhel-9'],
    ['centos', '9', 'pkg:rpm/centos/tool@1?arch=amd64&distro=centos-9'],
    ['ubuntu', '22.04', 'pkg:deb/ubuntu/tool@1?arch=amd64&distro=ubuntu-22.04'],
  ] as const)('names the vendor of %s %s', (distribution, release, url) => {
    expect(packageUrl(one({}), { distribution, release })).toBe(url);
  });

  it('encodes what would end one of its parts', () => {
    const strange = one({ name: 'a/b@c?d#e', version: "1~rc'(2)*! %", arch: '', source: '' });
    expect(packageUrl(strange, debian)).toBe(
      'pkg:deb/debian/a%2Fb%40c%3Fd%23e@1~rc%27%282%29%2A%21%20%25?distro=debian-12',
    );
  });
});

it('the URL of an image names its digest', () => {
  expect(imageUrl(debian)).toBe(`pkg:generic/web@1.2.0?arch=x86_64&checksum=sha256:${'a'.repeat(64)}`);
});
