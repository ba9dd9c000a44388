// What lynis thinks of `security_hardening`: `node_modules/.bin/node test/bench/hardening.mjs`. Builds the example without and with
// it, lets lynis judge each inside the booted image, and prints both indexes. Emulated, one audit takes about ten minutes and more.
import { addTaskserv, boot, buildExample, SERVICES, withHome } from './image-bench.mjs';

const WANTED_RISE = 10;
// The start of the machine, which the audit is the last part of, may take half of it.
const BOOT_SECONDS = 4 * 3_600;
const INDEX = 'sed -n s/^hardening_index=//p /var/log/lynis-report.dat | grep .';

const AUDITOR = `name: auditor
description: Lets lynis judge the machine at the end of its start
version_package: lynis
distributions:
  debian:
    - packages: [lynis]
      files:
        - path: /etc/systemd/system/auditor.service
          content: |
            [Unit]
            After=multi-user.target

            [Service]
            Type=oneshot
            TimeoutStartSec=infinity
            ExecStart=/usr/sbin/lynis audit system --quick --no-colors
            StandardOutput=null

            [Install]
            WantedBy=graphical.target
      enable: [auditor.service]
checks: [{name: version, command: [lynis, show, version]}]
`;

withHome((home) => {
  addTaskserv(home, 'auditor', AUDITOR);
  const index = (name, lines) => {
    const { image } = buildExample(home, { name, lines, taskservs: [...SERVICES, 'auditor'] });
    const [check] = boot(home, image, { checks: [INDEX], seconds: BOOT_SECONDS }).checks;
    const found = Number(check.output.trim());
    console.log(`${name.padEnd(10)} lynis hardening index ${found}`);
    return found;
  };
  const rise = index('hardened', ['security_hardening: true']) - index('plain', []);
  console.log(`rise       ${rise}, at least ${WANTED_RISE} wanted`);
  if (!(rise >= WANTED_RISE)) process.exitCode = 1;
});
