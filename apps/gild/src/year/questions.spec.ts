import { Fault } from '@gild/ports';
import { highestFirst, stateOf, type Machine, type Told } from './brute-force.spec.js';
import type { YearFarm } from './year-farm.spec.js';

/** What a question is about: all of it was there at the moment. */
export type Subject = {
  image: string;
  version: string;
  vmId: string;
  host: string;
};

/** A question about the past, and the answer of whoever reads the whole log for it. */
export type Question = {
  title: string;
  ask: (farm: YearFarm, at: string, subject: Subject) => Promise<unknown>;
  answer: (told: Told, subject: Subject) => unknown;
};

const names = (machines: readonly { vm_id: string }[]): string[] => machines.map(({ vm_id: id }) => id);

const machinesThat = (told: Told, isWanted: (machine: Machine) => boolean): string[] =>
  [...told.machines]
    .filter(([, machine]) => isWanted(machine))
    .map(([id]) => id)
    .sort();

const nameOf = ({ image, version }: { image: string; version: string }): string => `${image}@${version}`;

const newestOf = (told: Told, image: string): string | undefined =>
  highestFirst(told.versions.get(image)?.keys() ?? []).find(
    (version) => stateOf(told, nameOf({ image, version })) === 'published',
  );

const isOutdated = (told: Told, { image, version }: Machine): boolean => {
  const newest = newestOf(told, image);
  return newest !== undefined && newest !== version && highestFirst([newest, version])[0] === newest;
};

/** Everything whose line of bases holds the version. */
const builtOn = (told: Told, name: string): string[] => {
  const direct = [...told.versions].flatMap(([image, versions]) =>
    [...versions].flatMap(([version, { base }]) => (base === name ? [nameOf({ image, version })] : [])),
  );
  return [...new Set([...direct, ...direct.flatMap((child) => builtOn(told, child))])];
};

/** Machines of a standing that run. */
const onVersionsThatAre = (standing: 'deprecated' | 'revoked' | 'outdated'): Question => ({
  title: `which machines ran a version that was ${standing}`,
  ask: async ({ registry }, at) => names(await registry.vms({ standing: [standing], state: 'running', at })),
  answer: (told) =>
    machinesThat(
      told,
      (machine) =>
        machine.state === 'running' &&
        (standing === 'outdated' ? isOutdated(told, machine) : stateOf(told, nameOf(machine)) === standing),
    ),
});

const ofTheVersion = (
  title: string,
  field: 'state' | 'replacement_version' | 'usage_count' | 'vm_instances' | 'last_used_at' | 'description',
  answer: Question['answer'],
): Question => ({
  title,
  ask: async ({ registry }, at, { image, version }) =>
    (await registry.version({ image, version, at }))[field],
  answer,
});

export const QUESTIONS: readonly Question[] = [
  {
    title: 'which images there were',
    ask: async ({ registry }, at) =>
      (await registry.images({ at }))
        .filter(({ latest_version: latest, total_versions: total }) => latest ?? total > 0)
        .map(({ image_name: name, total_versions: total }) => [name, total]),
    answer: (told) =>
      [...told.versions]
        .map(([image, versions]): [string, number] => {
          const standing = [...versions.keys()].filter(
            (version) => stateOf(told, nameOf({ image, version })) !== 'deleted',
          );
          return [image, standing.length];
        })
        .filter(([, total]) => total > 0)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
  },
  {
    title: 'which versions the image had, and how each stood',
    ask: async ({ registry }, at, { image }) =>
      (await registry.versions({ image, deleted: true, at })).map(({ version, state }) => [version, state]),
    answer: (told, { image }) =>
      highestFirst(told.versions.get(image)?.keys() ?? []).map((version) => [
        version,
        stateOf(told, nameOf({ image, version })),
      ]),
  },
  {
    title: 'where the channels of the image pointed to',
    ask: async ({ registry }, at, { image }) =>
      (await registry.channels({ image, at })).map(({ channel, version }) => [channel, version]),
    answer: ({ channels }, { image }) =>
      [...(channels.get(image) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)),
  },
  ofTheVersion('how the version stood', 'state', (told, subject) => stateOf(told, nameOf(subject))),
  ofTheVersion(
    'what was to be used instead of the version',
    'replacement_version',
    ({ fates }, subject) => fates.get(nameOf(subject))?.deprecated?.replacement,
  ),
  ofTheVersion(
    'what its definition said of the version',
    'description',
    ({ versions }, { image, version }) => versions.get(image)?.get(version)?.description,
  ),
  ofTheVersion(
    'how often machines had started from the version',
    'usage_count',
    ({ starts }, subject) => starts.get(nameOf(subject))?.count ?? 0,
  ),
  ofTheVersion('which machines ran the version', 'vm_instances', (told, { image, version }) =>
    machinesThat(told, (it) => it.state === 'running' && it.image === image && it.version === version),
  ),
  ofTheVersion(
    'when a machine had last started from the version',
    'last_used_at',
    ({ starts }, subject) => starts.get(nameOf(subject))?.last,
  ),
  {
    title: 'what was built on the version',
    ask: async ({ registry }, at, { image, version }) =>
      (await registry.descendants({ image, version, at }))
        .map((it) => nameOf({ image: it.image_name, version: it.version }))
        .sort(),
    answer: (told, subject) => builtOn(told, nameOf(subject)).sort(),
  },
  {
    title: 'what the machine ran, where, and since when',
    ask: async ({ registry }, at, { vmId }) => {
      const vm = await registry.vm({ vmId, at });
      return [vm.image_name, vm.image_version, vm.host, vm.state, vm.started_at];
    },
    answer: ({ machines }, { vmId }) => {
      const vm = machines.get(vmId);
      return [vm?.image, vm?.version, vm?.host, vm?.state, vm?.startedAt];
    },
  },
  {
    title: 'which machines ran the image',
    ask: async ({ registry }, at, { image }) => names(await registry.vms({ image, state: 'running', at })),
    answer: (told, { image }) => machinesThat(told, (it) => it.image === image && it.state === 'running'),
  },
  {
    title: 'which machines had last run the version',
    ask: async ({ registry }, at, { image, version }) => names(await registry.vms({ image, version, at })),
    answer: (told, subject) => machinesThat(told, (it) => nameOf(it) === nameOf(subject)),
  },
  {
    title: 'which machines ran on the host',
    ask: async ({ registry }, at, { host }) => names(await registry.vms({ host, state: 'running', at })),
    answer: (told, { host }) => machinesThat(told, (it) => it.host === host && it.state === 'running'),
  },
  onVersionsThatAre('deprecated'),
  onVersionsThatAre('revoked'),
  onVersionsThatAre('outdated'),
  {
    title: 'how many builds might run at once',
    ask: async ({ registry }, at) => (await registry.policy({ at })).max_parallel_builds,
    answer: ({ policy }) => policy?.['max_parallel_builds'] ?? DEFAULT_PARALLEL_BUILDS,
  },
  {
    title: 'how builds had ended',
    ask: async ({ scheduler }, at) => {
      const statuses = (await scheduler.jobs({ at })).map(({ status }) =>
        status === 'completed' || status === 'failed' ? status : 'open',
      );
      return counts(statuses);
    },
    answer: ({ jobs }) => counts([...jobs.values()]),
  },
  {
    title: 'what the whole registry held',
    ask: async ({ registry }, at) => {
      const whole = await registry.registryDocument({ at });
      return [whole.total_versions, whole.total_builds, whole.policy_version, whole.versions.length];
    },
    answer: ({ versions, jobs, policyChanges }) => {
      const total = [...versions.values()].reduce((sum, { size }) => sum + size, 0);
      return [total, jobs.size, policyChanges, total];
    },
  },
];

/** What the product promises where nobody has decided otherwise. */
const DEFAULT_PARALLEL_BUILDS = 3;

const counts = (statuses: readonly string[]): [string, number][] =>
  ['open', 'completed', 'failed'].map((status) => [status, statuses.filter((it) => it === status).length]);

/** What is answered to a question; a refusal is an answer. */
export const asked = async (
  { ask }: Question,
  farm: YearFarm,
  about: { at: string; subject: Subject },
): Promise<unknown> => {
  try {
    return await ask(farm, about.at, about.subject);
  } catch (error) {
    if (error instanceof Fault) return `refused: ${error.code}`;
    throw error;
  }
};
