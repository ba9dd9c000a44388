import { parseInstalled } from './installed.js';
import { parseStanzas, renderStanza } from './stanzas.js';

const STATUS = `Package: zlib1g
Status: install ok installed
Architecture: amd64
Source: zlib (1:1.2.13.dfsg-1)
Version: 1:1.2.13.dfsg-1
Description: compression library
 zlib is a library.
 .
 It compresses: well.

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1

Package: adduser
Status: hold ok installed
Architecture: all
Version: 3.134

Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc
Version: 2.36-9

Package: bash
Status: install ok installed
Architecture: amd64
Source: bash (5.2.15-2)
Version: 5.2.15-2+b7
`;

it('reads installed packages with their sources and versions of those, sorted by name', () =>
  expect(parseInstalled(STATUS)).toStrictEqual([
    { name: 'adduser', version: '3.134', arch: 'all', source: 'adduser' },
    { name: 'bash', version: '5.2.15-2+b7', arch: 'amd64', source: 'bash', sourceVersion: '5.2.15-2' },
    { name: 'libc6', version: '2.36-9', arch: 'amd64', source: 'glibc' },
    { name: 'zlib1g', version: '1:1.2.13.dfsg-1', arch: 'amd64', source: 'zlib' },
  ]));

it('writes back what it read', () => expect(parseStanzas(STATUS).map(renderStanza).join('\n')).toBe(STATUS));
