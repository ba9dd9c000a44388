import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { normalise } from '@gild/layer-steps';
import { clockOfTheHost } from '@gild/testing';
import { NORMALISE } from './apt-leftovers.js';
import { context, folder, home, sandbox } from './toolchain-under-test.spec.js';

afterAll(() => sandbox.remove(home));

const MAKE = `cd "$GILD_ROOT"
mkdir -p dev proc run tmp etc/ssh etc/ssl/certs etc/ssl/private var/lib/dbus var/lib/systemd
for file in etc/ssh/ssh_host_rsa_key etc/ssh/ssh_host_rsa_key.pub etc/ssh/sshd_config etc/ssl/certs/ssl-cert-snakeoil.pem \\
  etc/ssl/private/ssl-cert-snakeoil.key etc/ssl/certs/other.pem var/lib/systemd/random-seed \\
  var/lib/systemd/credential.secret var/lib/dbus/machine-id etc/machine-id; do echo made >$file; done
ln -s ssl-cert-snakeoil.pem etc/ssl/certs/0a1b2c3d.0
ln -s other.pem etc/ssl/certs/4e5f6a7b.0`;
const LIST = 'cd "$GILD_ROOT" && find etc var ! -type d | sort';

const inTree = async (upper: string, script: string) => {
  let output = '';
  const argv = ['sh', '-ec', script];
  const onOutput = (chunk: Uint8Array) => void (output += Buffer.from(chunk).toString());
  await sandbox.run({ argv, lower: [], upper, root: 'host', onOutput });
  return output.trim().split('\n');
};

it('takes out of every layer what is made at random and made again by each machine', async () => {
  const upper = await folder('layer');
  await inTree(upper, MAKE);
  const work = { options: { sandbox, clock: clockOfTheHost }, context: await context() };
  await normalise(work, { lower: [], upper, epoch: 1_700_000_000, arch: 'x86_64' }, NORMALISE);
  expect(await inTree(upper, LIST)).toStrictEqual([
    'etc/machine-id',
    'etc/ssh/sshd_config',
    'etc/ssl/certs/4e5f6a7b.0',
    'etc/ssl/certs/other.pem',
  ]);
  expect(await readFile(join(upper, 'etc/machine-id'), 'utf8')).toBe('');
});
