import type { RecipeFile } from '@gild/contracts';

const rule = `SUBSYSTEM=="virtio-ports", ATTR{name}=="io.gild.test", TAG+="systemd", ENV{SYSTEMD_WANTS}+="gild-test-agent.service"
`;

const unit = (program: string): string => `[Unit]
Description=Answer the boot test on the port io.gild.test
ConditionPathExists=/dev/virtio-ports/io.gild.test

[Service]
Type=exec
ExecStart=${program}
RuntimeDirectory=gild-test
WorkingDirectory=/run/gild-test
TimeoutStopSec=2
`;

/**
 * Request lines are words: `run`, an id, a limit in seconds, then each argument in base64 after a `=`. Reply lines are JSON. Plain sh
 * and coreutils, so that it runs in every distribution's smallest tree.
 */
const agent = `#!/bin/sh
set -u
exec 3<>/dev/virtio-ports/io.gild.test

started=$(systemctl show --property=UserspaceTimestampMonotonic --value 2>/dev/null || echo 0)
read -r uptime idle </proc/uptime
printf '{"hello":1,"uptime":%s,"userspaceUs":%s}\\n' "$uptime" "\${started:-0}" >&3

# Most commands print nothing, and an emulated machine takes long to start a program.
encoded() { [ ! -s "$1" ] || head -c 16384 "$1" | base64 -w 0; }

while read -r verb id limit words <&3; do
  [ "$verb" = run ] || continue
  set --
  for word in $words; do
    argument=$(printf %s "\${word#=}" | base64 -d; echo .)
    set -- "$@" "\${argument%.}"
  done
  timeout -k 1 "$limit" "$@" </dev/null >out 2>err 3>&-
  printf '{"id":%s,"exit":%s,"out":"%s","err":"%s"}\\n' "$id" "$?" "$(encoded out)" "$(encoded err)" >&3
done
`;

/** The agent starts only in a machine that has the port, so only in a boot test. */
export const testAgentFiles = (program: string): readonly RecipeFile[] => [
  { path: '/usr/lib/udev/rules.d/90-gild-test.rules', content: rule, mode: '0644' },
  { path: '/usr/lib/systemd/system/gild-test-agent.service', content: unit(program), mode: '0644' },
  { path: program, content: agent, mode: '0755' },
];
