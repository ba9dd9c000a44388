import { parseInstalled } from './installed.js';

it('names packages, their epochs where they have one, and what they were built from', () => {
  const listed = `warning: of no matter
systemd-libs 0:258.2-1.fc43 x86_64 systemd-258.2-1.fc43.src.rpm
openssl-libs 1:3.5.1-2.fc43 x86_64 openssl-3.5.1-2.fc43.src.rpm
gpg-pubkey 0:31645531-66b6dccf (none) (none)
local 0:1-1 noarch (none)
`;
  expect(parseInstalled(listed)).toStrictEqual([
    { name: 'local', version: '1-1', arch: 'noarch', source: 'local' },
    { name: 'openssl-libs', version: '1:3.5.1-2.fc43', arch: 'x86_64', source: 'openssl' },
    { name: 'systemd-libs', version: '258.2-1.fc43', arch: 'x86_64', source: 'systemd' },
  ]);
});
