import { archiveName } from './archive-name.js';

const sha256 = 'ab'.repeat(32);

it('names an archive after its content', () =>
  expect(archiveName({ name: 'gcc-c++', version: '1:15.2.1-2.fc43', arch: 'x86_64', sha256 })).toBe(
    'gcc-c++-1_15.2.1-2.fc43.x86_64.abababababab.rpm',
  ));
it.each(['../web', '--root=x', 'a b', ''])('takes %p for no name of a package', (name) =>
  expect(() => archiveName({ name, version: '1-1', arch: 'noarch', sha256 })).toThrow('no package can have'),
);
