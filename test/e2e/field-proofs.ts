import type { GoldenImageConfig, ImageBuildSteps } from '@gild/contracts';

/**
 * Where a field of a definition shows its effect. `inside`: a shell script that succeeds in the booted image of the definition in
 * `fields.e2e.spec.ts`. `shown`: the spec and the title of the test that shows it, because the effect is on the farm or on
 * the file of the image, or needs an image of its own. `missing`: what this release lacks to give it any effect.
 */
export type Proof = { inside: string } | { shown: { spec: string; title: string } } | { missing: string };

const inside = (...commands: readonly string[]): Proof => ({ inside: commands.join(' && ') });
const shown = (spec: string, title: string): Proof => ({ shown: { spec, title } });
const missing = (what: string): Proof => ({ missing: what });

const DISK = 'libs/adapters/disk-image/src/disk-assembler.int.spec.ts';
const PLAN = 'libs/builder/domain/src/plan.unit.spec.ts';
const CHOICE = 'libs/registry/domain/src/taskservs/choose-taskservs.unit.spec.ts';
const SCHEDULER = 'libs/scheduler';
const BUILD = 'libs/builder/application/src/execute-build.unit.spec.ts';
const EXAMPLE = 'test/e2e/golden-image.e2e.spec.ts';
const ON_A_BASE = 'libs/adapters/toolchain-debian/src/on-a-base.int.spec.ts';
const TOLD_MIRROR = 'libs/adapters/toolchain-debian/src/told-mirror.int.spec.ts';

/** A key nobody has the other half of. */
export const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHJ0c3R1dnd4eXowMTIzNDU2Nzg5YWJjZGVmZ2hpamts ada@example.org';

const HEADERS = 'test -d "/usr/src/linux-headers-$(uname -r)"';
/** Succeeds when the command of udev's start that has this option ended well when it was last run. */
const coldplugDid = (option: string) =>
  `systemctl show -p ExecStart systemd-udev-trigger.service | grep -q -e '${option} .*; status=0 '`;
const GIB_OF_ROOT = `"$(df -BG --output=size / | tail -n 1 | tr -dc 0-9)"`;

/** Every field of a definition; the compiler asks for those that are added. */
export const FIELD_PROOFS: Readonly<Record<Exclude<keyof GoldenImageConfig, 'steps'>, Proof>> = {
  name: inside('test "$(hostname)" = every-thing-1', `grep -qx 'NAME="Every_thing.1"' /etc/gild-release`),
  description: inside(`grep -qx 'DESCRIPTION="All of it"' /etc/gild-release`),
  base_os: inside('. /etc/os-release', 'test "$ID" = debian'),
  os_version: inside('. /etc/os-release', 'test "$VERSION_ID" = 12'),
  arch: inside('test "$(uname -m)" = x86_64'),
  taskservs: inside('systemctl is-active nginx.service'),
  taskserv_versions: shown(
    TOLD_MIRROR,
    'gives a layer the version that is pinned, where there is a newer one',
  ),
  exclude_taskservs: inside('test -e /etc/wanted-by-test', 'test ! -e /etc/unwanted-by-test'),
  optimize: inside(
    'grep -qx MODULES=list /etc/initramfs-tools/conf.d/gild-virtual-hardware.conf',
    'test ! -e /sys/module/cfg80211',
    // What rules do at the start is done still: for disks, consoles and modules.
    'test -e "/dev/disk/by-uuid/$(findmnt -no UUID /)"',
    '{ test ! -e /dev/vcs1 || test "$(stat -c %G /dev/vcs1)" = tty; }',
    'test "$(cat /sys/module/block/parameters/events_dfl_poll_msecs)" = 2000',
    // A reload of systemd since forgets how commands ended; the same once more.
    'systemctl restart systemd-udev-trigger.service',
    coldplugDid('--subsystem-nomatch=module'),
    coldplugDid('--sysname-match=block'),
    // As does the initial RAM disk.
    'unmkinitramfs "/boot/initrd.img-$(uname -r)" /tmp/initrd',
    'grep -rqe --subsystem-nomatch=tty /tmp/initrd --include=udev',
    // What is no longer loaded at the start is mounted when it is.
    '! mountpoint -q /sys/fs/fuse/connections',
    'modprobe fuse',
    'timeout 200 sh -c "until mountpoint -q /sys/fs/fuse/connections; do sleep 1; done"',
    'systemctl is-active serial-getty@ttyS0.service',
  ),
  include_dev_tools: inside('gcc --version', 'make --version', 'git --version'),
  include_kernel_headers: inside(HEADERS),
  cleanup_package_manager: inside('test -z "$(find /var/lib/apt/lists /var/cache/apt -type f)"'),
  disk_size_gb: inside(`test ${GIB_OF_ROOT} -ge 11`),
  disk_format: shown('test/e2e/platform.ts', 'is built as a sound %s of the same packages'),
  compression: shown(DISK, 'holds exactly the raw disk, compressed or not'),
  cache_enabled: shown(
    'libs/cache/application/src/pulling.int.spec.ts',
    'caches nothing when %s does not let it',
  ),
  cache_ttl_days: shown(
    'libs/cache/domain/src/cache-settings.unit.spec.ts',
    'default_cache_ttl_days counts for a definition that says nothing, and no more than 365',
  ),
  cache_storage: shown(
    'libs/cache/application/src/cache-keeper.int.spec.ts',
    'cache_storage: lies in the folder that the definition names, is kept there, and stays known',
  ),
  network_config: inside("ip -o address show | grep -q '192.0.2.77/24'"),
  dns_servers: inside('resolvectl dns | grep -q 192.0.2.53', 'resolvectl dns | grep -q 2001:db8::53'),
  security_hardening: inside(
    'test "$(sysctl -n kernel.dmesg_restrict)" = 1',
    'systemctl is-active auditd.service',
    "sshd -T | grep -qix 'maxauthtries 3'",
  ),
  auto_updates: inside(
    `apt-config dump | grep -qx 'APT::Periodic::Unattended-Upgrade "0";'`,
    '! dpkg-query --show unattended-upgrades',
  ),
  ssh_public_keys: inside(
    `grep -qxF '${KEY}' /home/debian/.ssh/authorized_keys`,
    "sshd -T | grep -qx 'passwordauthentication no'",
    'ls /etc/ssh/ssh_host_ed25519_key',
  ),
  build_timeout_minutes: shown(
    `${SCHEDULER}/application/src/build-time.unit.spec.ts`,
    'is told to the agent when it is up, and ends the build when the agent does not',
  ),
  build_retries: shown(
    `${SCHEDULER}/domain/src/job/job.unit.spec.ts`,
    'of the infrastructure ends the build when its retries are used up',
  ),
  parallel_builds: shown(
    `${SCHEDULER}/domain/src/placement/decide-grants.unit.spec.ts`,
    'is not another build of the image where builds may run side by side',
  ),
  auto_rebuild: shown(
    'apps/gild/src/rebuilding.unit.spec.ts',
    'builds an image again once when a newer version of its base is there, and says why',
  ),
  base_image: shown(EXAMPLE, 'is what another image starts from, with all it has'),
  labels: inside(`grep -qx 'LABEL_TEAM_OWNER="web"' /etc/gild-release`),
};

/** Every step; the compiler asks for those that are added. */
export const STEP_PROOFS: Readonly<Record<keyof ImageBuildSteps, Proof>> = {
  prepare_base: shown(EXAMPLE, 'is what another image starts from, with all it has'),
  update_packages: shown(ON_A_BASE, 'upgrades what is older on the base it is for, and not on another'),
  install_dependencies: shown(
    PLAN,
    'installs unattended upgrades with the configuration where dependencies are switched off',
  ),
  install_taskservs: inside('test -x /usr/sbin/nginx', 'nginx -t'),
  install_order: shown(CHOICE, 'goes before the order of the list'),
  parallel_install: shown(
    ON_A_BASE,
    'makes the same bytes from what was fetched ahead, for several layers at once, and then downloads nothing',
  ),
  apply_config: inside('test "$(hostname)" = every-thing-1', 'test -e /etc/gild-release'),
  apply_security_hardening: shown(PLAN, 'makes of %j the layer %s'),
  apply_optimizations: shown(PLAN, 'makes of %j the layer %s'),
  run_tests: shown(
    EXAMPLE,
    'was booted from BIOS, from UEFI and with Secure Boot, served, and grew its root to the disk',
  ),
  test_scripts: inside('test "$(cat /proc/1/comm)" = systemd'),
  cleanup_caches: inside(
    'test ! -e /var/cache/man/left-by-test',
    'test ! -e /var/cache/debconf/left-by-test-old',
  ),
  cleanup_temp_files: inside('test ! -e /var/tmp/left-by-test'),
  remove_build_artifacts: inside('test ! -e /var/log/dpkg.log', 'test -z "$(ls /var/log/apt)"'),
  compress_image: shown(DISK, 'holds exactly the raw disk, compressed or not'),
  generate_checksums: shown(EXAMPLE, 'has the checksum of its file in its log'),
  verify_image: shown(BUILD, 'finds a disk that is not what was written'),
};

const IN_AN_IMAGE = shown('test/e2e/failing-builds.e2e.spec.ts', 'have no effect in the image');
const IN_A_BUILD = shown('test/e2e/failing-builds.e2e.spec.ts', 'are not run, and are recorded as skipped');
const IN_A_PLAN = shown(
  BUILD,
  'upgrades nothing, and installs, checks and records no taskserv, where those steps are switched off',
);

type Switch = Exclude<keyof ImageBuildSteps, 'install_order' | 'test_scripts'>;

/**
 * Where every step that can be switched off shows, switched off, that it has no effect. `missing`: why there is nothing to
 * see. The compiler asks for those that are added.
 */
export const ABSENCE_PROOFS: Readonly<Record<Switch, Proof>> = {
  prepare_base: shown(EXAMPLE, 'is what another image starts from, with all it has'),
  update_packages: IN_A_PLAN,
  install_dependencies: IN_AN_IMAGE,
  install_taskservs: IN_A_PLAN,
  parallel_install: missing('how packages are fetched leaves no trace'),
  apply_config: IN_AN_IMAGE,
  apply_security_hardening: IN_AN_IMAGE,
  apply_optimizations: IN_AN_IMAGE,
  run_tests: IN_A_BUILD,
  cleanup_caches: IN_AN_IMAGE,
  cleanup_temp_files: IN_AN_IMAGE,
  remove_build_artifacts: missing(
    'what only the build needed is taken out of every layer, so that two builds are the same',
  ),
  compress_image: IN_AN_IMAGE,
  generate_checksums: IN_A_BUILD,
  verify_image: IN_A_BUILD,
};
