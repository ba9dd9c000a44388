import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { firstBootFiles, firstBootUnits } from './first-boot-files.js';

const HOST_UNITS = '/lib/systemd/system';
// Units an image of Debian has whose SSH server listens through systemd.
const OTHERS = {
  'ssh.socket': '[Socket]\nListenStream=22\n[Install]\nWantedBy=sockets.target\n',
  'ssh.service': '[Unit]\nAfter=network.target\n[Service]\nExecStart=/bin/true\n',
};
const hasSystemd = existsSync('/usr/bin/systemd-analyze') && existsSync(`${HOST_UNITS}/multi-user.target`);

(hasSystemd ? it : it.skip)('starts without an ordering cycle, before SSH listens on a socket', () => {
  const units = mkdtempSync(join(tmpdir(), 'gild-units-'));
  try {
    for (const target of ['multi-user', 'basic', 'sysinit', 'sockets', 'local-fs', 'shutdown', 'network'])
      cpSync(`${HOST_UNITS}/${target}.target`, join(units, `${target}.target`));
    for (const [name, content] of Object.entries(OTHERS)) writeFileSync(join(units, name), content);
    for (const { path, content } of firstBootFiles) writeFileSync(join(units, basename(path)), content);
    for (const wants of ['multi-user.target.wants', 'sockets.target.wants']) mkdirSync(join(units, wants));
    for (const unit of firstBootUnits)
      symlinkSync(`../${unit}`, join(units, 'multi-user.target.wants', unit));
    symlinkSync('../ssh.socket', join(units, 'sockets.target.wants/ssh.socket'));
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', 'multi-user.target'], {
      encoding: 'utf8',
      env: { ...process.env, SYSTEMD_UNIT_PATH: units },
    });
    expect(stdout + stderr).not.toContain('ordering cycle');
  } finally {
    rmSync(units, { recursive: true });
  }
});
