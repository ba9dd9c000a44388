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
`;

it('reads installed packages with their sources, sorted by name', () =>
  expect(parseInstalled(STATUS)).toStrictEqual([
    { name: 'adduser', version: '3.134', arch: 'all', source: 'adduser' },
    { name: 'zlib1g', version: '1:1.2.13.dfsg-1', arch: 'amd64', source: 'zlib' },
  ]));

it('writes back what it read', () => expect(parseStanzas(STATUS).map(renderStanza).join('\n')).toBe(STATUS));
