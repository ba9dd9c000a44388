import { changedContent } from './changed-content.js';

const DIGEST = { expected: 'a'.repeat(64), found: 'b'.repeat(64) };
const address = 'http://m.example/dists/noble/main/binary-amd64/Packages';

it('of a file of another digest, both are told', () => {
  const output = `Get:4 ${address} [16 kB]
E: Failed to fetch ${address}  Hash Sum mismatch
   Hashes of expected file:
    - Filesize:16955 [weak]
    - SHA512:cccc
    - SHA256:${DIGEST.expected}
   Hashes of received file:
    - SHA512:dddd
    - SHA256:${DIGEST.found}
    - Filesize:16955 [weak]
E: Some index files failed to download.
`;
  expect(changedContent(output)).toStrictEqual({
    ...{ address, expected: `SHA256:${DIGEST.expected}`, found: `SHA256:${DIGEST.found}` },
  });
});

it('of a file of another size, both are told', () => {
  const output = `E: Failed to fetch ${address}  File has unexpected size (17057 != 17044). Mirror sync in progress? [IP: 127.0.0.1 80]\n`;
  expect(changedContent(output)).toStrictEqual({ address, expected: '17044 bytes', found: '17057 bytes' });
});

it('a file that could not be had is not one that changed', () =>
  expect(
    changedContent(`E: Failed to fetch ${address}  Could not connect to m.example:80\n`),
  ).toBeUndefined());
