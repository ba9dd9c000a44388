import { parseInstalled } from './installed.js';

it('names packages, their epochs where they have one, and what they were built from, under which license', () => {
  const listed = `warning: of no matter
systemd-libs 0:258.2-1.fc43 x86_64 systemd-258.2-1.fc43.src.rpm LGPL-2.1-or-later AND MIT
openssl-libs 1:3.5.1-2.fc43 x86_64 openssl-3.5.1-2.fc43.src.rpm Apache-2.0
perl-Errno 0:1.38-520.fc43 x86_64 perl-5.42.0-520.fc43.src.rpm GPL-1.0-or-later
gpg-pubkey 0:31645531-66b6dccf (none) (none) pubkey
local 0:1-1 noarch (none) (none)
`;
  expect(parseInstalled(listed)).toStrictEqual([
    { name: 'local', version: '1-1', arch: 'noarch', source: 'local' },
    {
      ...{ name: 'openssl-libs', version: '1:3.5.1-2.fc43', arch: 'x86_64', source: 'openssl' },
      license: 'Apache-2.0',
    },
    {
      ...{ name: 'perl-Errno', version: '1.38-520.fc43', arch: 'x86_64', source: 'perl' },
      ...{ sourceVersion: '5.42.0-520.fc43', license: 'GPL-1.0-or-later' },
    },
    {
      ...{ name: 'systemd-libs', version: '258.2-1.fc43', arch: 'x86_64', source: 'systemd' },
      license: 'LGPL-2.1-or-later AND MIT',
    },
  ]);
});
