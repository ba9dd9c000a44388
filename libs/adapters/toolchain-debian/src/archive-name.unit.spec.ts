import { archiveName } from './archive-name.js';

const sha256 = 'a'.repeat(64);

it('names an archive after its package and its digest', () => {
  const found = { name: 'g++', version: '4:12.2.0-3', arch: 'amd64', sha256 };
  expect(archiveName(found)).toBe('g++_4%3a12.2.0-3_amd64.aaaaaaaaaaaa.deb');
});

it.each([
  { name: '../../../outside', version: '1', arch: 'amd64', sha256 },
  { name: '-option', version: '1', arch: 'amd64', sha256 },
  { name: 'x', version: '1/../../../outside', arch: 'amd64', sha256 },
  { name: 'x', version: '1', arch: '../amd64', sha256 },
  { name: 'x', version: '1', arch: 'amd64', sha256: '/../x' },
])('refuses an index entry whose archive would lie elsewhere', (entry) => {
  expect(() => archiveName(entry)).toThrow(expect.objectContaining({ code: 'REPOSITORY_UNTRUSTED' }));
});
