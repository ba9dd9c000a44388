import { hostNameProblem, userNameProblem } from './names.js';

it.each(['a', 'vm-17', 'VM-17', '3com', 'web.example.org', 'a'.repeat(63), '10.0.0.a'])(
  'lets a machine be called %s',
  (name) => expect(hostNameProblem(name)).toBeUndefined(),
);

it.each([
  ['', 'a host name: labels of'],
  ['vm_17', 'a host name: labels of'],
  ['-vm', 'a host name: labels of'],
  ['vm-', 'a host name: labels of'],
  ['vm..a', 'a host name: labels of'],
  ['vm.', 'a host name: labels of'],
  ['a\nb', 'a host name: labels of'],
  ['a'.repeat(64), 'a host name: labels of'],
  [`${'a'.repeat(63)}.`.repeat(4), 'a host name of at most 253 characters'],
  ['10.0.0.1', 'a host name whose last label is no number'],
  ['17', 'a host name whose last label is no number'],
])('lets no machine be called "%s"', (name, expected) =>
  expect(hostNameProblem(name)).toMatch(new RegExp(`^${expected}`)),
);

it.each(['ada', '_ada', 'ada-1', 'a'.repeat(32)])('lets an account be called %s', (name) =>
  expect(userNameProblem(name)).toBeUndefined(),
);

it.each(['', 'Ada', '1ada', '-a', 'a b', 'a:b', 'a\n', 'a'.repeat(33)])(
  'lets no account be called "%s"',
  (name) => expect(userNameProblem(name)).toMatch(/^the name of an account: /),
);
