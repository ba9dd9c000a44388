import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePolicy, streams } from '@gild/contracts';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { clockOfTheHost } from '@gild/testing';

const GATES = 'abcdefghij'.split('');

/** What a build's one taskserv does while it is installed, by name. A gate holds it up until the test opens it. */
const WORK: Readonly<Record<string, string>> = {
  quick: 'echo quick >"$GILD_ROOT/quick"',
  stubborn: `trap '' TERM; sleep 3600 & while :; do sleep 1; done`,
  'kills-its-agent': 'true',
  ...Object.fromEntries(
    GATES.map((gate) => [
      `gate-${gate}`,
      `echo waiting at gate ${gate}; sleep 3600 & until [ -e /run/gates/${gate} ]; do sleep 0.1; done; kill $!`,
    ]),
  ),
};

/** What the services of such a farm find in their folder, and are told of it. */
export const prepare = async (folder: string): Promise<NodeJS.ProcessEnv> => {
  await allowBuilds(join(folder, 'events.db'));
  for (const name of ['gates', 'agents', 'taskservs']) mkdirSync(join(folder, name), { mode: 0o755 });
  for (const [name, script] of Object.entries(WORK)) {
    const home = join(folder, 'taskservs', name);
    mkdirSync(home);
    writeFileSync(join(home, 'taskserv.yaml'), JSON.stringify(taskservOf(name, script)));
  }
  return { GILD_TASKSERVS: join(folder, 'taskservs') };
};

/** As many builds at the same time as there are agents. */
const allowBuilds = async (path: string): Promise<void> => {
  const store = sqliteEventStore({ path, clock: clockOfTheHost });
  const policy = resolvePolicy({ max_parallel_builds: 100 });
  const metadata = {
    time: clockOfTheHost.now(),
    actor: 'test',
    correlationId: 'c',
    causationId: 'c',
    schema: 1,
  };
  const id = '00000000-0000-4000-8000-000000000000';
  await store.append(streams.policy('local'), 'none', [
    { id, type: 'PolicySet', data: { policy, by: 'test' }, metadata },
  ]);
  await store.close();
};

const taskservOf = (name: string, script: string) => ({
  ...{ name, description: 'A test', version_package: 'base-files' },
  distributions: { debian: [{ scripts: [{ name, content: script }] }] },
  checks: [{ name: 'always', command: ['true'] }],
});

/** A build of an image that does nothing but that work. */
export const definitionOf = (name: string, work: string) => ({
  ...{ name, base_os: 'debian', os_version: '12', taskservs: [work], disk_size_gb: 10 },
  ...{ auto_updates: false, arch: process.arch === 'arm64' ? 'aarch64' : 'x86_64' },
  steps: {
    ...{ update_packages: false, install_dependencies: false, apply_config: false, run_tests: false },
    ...{ cleanup_caches: false, cleanup_temp_files: false, remove_build_artifacts: false },
  },
});
