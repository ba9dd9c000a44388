import { createHash } from 'node:crypto';
import type { SbomSubject } from './sbom-subject.js';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A machine of Debian, whose packages come from sources of other names and versions. */
export const debian: SbomSubject = {
  imageName: 'web',
  version: '1.2.0',
  arch: 'x86_64',
  createdAt: '2026-11-23T09:00:00.123Z',
  file: { path: `images/${'a'.repeat(64)}.qcow2`, sha256: 'a'.repeat(64) },
  distribution: 'debian',
  release: '12',
  taskservs: { nginx: '1.22.1-9' },
  packages: [
    { name: 'bash', version: '5.2.15-2+b7', arch: 'amd64', source: 'bash', sourceVersion: '5.2.15-2' },
    { name: 'libc6', version: '2.36-9+deb12u10', arch: 'amd64', source: 'glibc' },
    { name: 'libc6', version: '2.36-9+deb12u10', arch: 'i386', source: 'glibc' },
    { name: 'libstdc++6', version: '12.2.0-14', arch: 'amd64', source: 'gcc-12' },
    { name: 'nginx', version: '1.22.1-9', arch: 'amd64', source: 'nginx' },
    { name: 'vim', version: '2:9.0.1378-2', arch: 'amd64', source: 'vim' },
  ],
  packagesSha256: 'b'.repeat(64),
};

export const fedora: SbomSubject = {
  ...debian,
  ...{ imageName: 'db', arch: 'aarch64', distribution: 'fedora', release: '43', taskservs: {} },
  packages: [
    { name: 'bash', version: '5.3.0-2.fc43', arch: 'aarch64', source: 'bash', license: 'GPL-3.0-or-later' },
    {
      name: 'openssl-libs',
      version: '1:3.5.1-2.fc43',
      arch: 'aarch64',
      source: 'openssl',
      license: 'Apache-2.0',
    },
    {
      ...{ name: 'perl-Errno', version: '1.38-520.fc43', arch: 'aarch64', source: 'perl' },
      sourceVersion: '5.42.0-520.fc43',
      license: 'GPL+ or Artistic',
    },
  ],
};
