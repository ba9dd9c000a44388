import { parseState, renderState } from './package-state.js';

it('is read as it was written', () => {
  const packages = [
    { name: 'bash', version: '5.3.0-2.fc43', arch: 'x86_64' },
    { name: 'gcc-c++', version: '1:15.2-1~rc1^git', arch: 'noarch' },
  ];
  expect(parseState(renderState(packages))).toStrictEqual(packages);
});

it('passes over what names no package', () => {
  expect(parseState('bash 5.3.0-2.fc43 x86_64\n--root=/ 1-1 noarch\nbash\n\n')).toStrictEqual([
    { name: 'bash', version: '5.3.0-2.fc43', arch: 'x86_64' },
  ]);
});
