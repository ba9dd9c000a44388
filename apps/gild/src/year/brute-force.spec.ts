import type { RecordedEvent } from '@gild/ports';

type Data = Record<string, unknown>;

export type Machine = {
  image: string;
  version: string;
  host: string;
  state: 'running' | 'stopped';
  startedAt: string;
};
type Version = { base: string | undefined; description: unknown };
type Fate = { deprecated?: { replacement: unknown }; revoked?: true; deleted?: true };

/** What a beginning of the log says, read with nothing of what the services read it with. */
export type Told = {
  /** By image, then by number, in the order in which they were published. */
  versions: Map<string, Map<string, Version>>;
  /** By `IMAGE@VERSION`. */
  fates: Map<string, Fate>;
  channels: Map<string, Map<string, string>>;
  machines: Map<string, Machine>;
  starts: Map<string, { count: number; last: string }>;
  jobs: Map<string, 'open' | 'completed' | 'failed'>;
  policy: Data | undefined;
  policyChanges: number;
};

export const nothingTold = (): Told => ({
  ...{ versions: new Map(), fates: new Map(), channels: new Map(), machines: new Map() },
  ...{ starts: new Map(), jobs: new Map(), policy: undefined, policyChanges: 0 },
});

export const tell = (told: Told, event: RecordedEvent): void => HEARD[event.type]?.(told, event);

const text = (data: Data, key: string): string => String(data[key]);
/** The stream names what its events are about. */
const about = ({ stream }: RecordedEvent): string => stream.slice(stream.indexOf('-') + 1);
const versionOf = (event: RecordedEvent): string => `${about(event)}@${text(event.data, 'version')}`;

const fateOf = (told: Told, event: RecordedEvent): Fate => {
  const fate = told.fates.get(versionOf(event)) ?? {};
  told.fates.set(versionOf(event), fate);
  return fate;
};

const started = (told: Told, event: RecordedEvent): void => {
  const { data, metadata } = event;
  const [image, version] = [text(data, 'imageName'), text(data, 'version')];
  const machine = { image, version, host: text(data, 'host'), startedAt: metadata.time };
  told.machines.set(about(event), { ...machine, state: 'running' });
  const before = told.starts.get(`${image}@${version}`)?.count ?? 0;
  told.starts.set(`${image}@${version}`, { count: before + 1, last: metadata.time });
};

const changed = (told: Told, event: RecordedEvent, change: Partial<Machine>): void => {
  const machine = told.machines.get(about(event));
  if (machine !== undefined) told.machines.set(about(event), { ...machine, ...change });
};

const published = (told: Told, { data }: RecordedEvent): void => {
  const image = text(data, 'imageName');
  const versions = told.versions.get(image) ?? new Map<string, Version>();
  const base = data['base'] as { imageName: string; version: string } | undefined;
  versions.set(text(data, 'version'), {
    base: base && `${base.imageName}@${base.version}`,
    description: data['description'],
  });
  told.versions.set(image, versions);
};

const HEARD: Readonly<Record<string, (told: Told, event: RecordedEvent) => void>> = {
  VersionPublished: published,
  ChannelMoved: ({ channels }, event) => {
    const ofImage = channels.get(about(event)) ?? new Map<string, string>();
    channels.set(about(event), ofImage.set(text(event.data, 'channel'), text(event.data, 'version')));
  },
  ChannelRemoved: ({ channels }, event) => channels.get(about(event))?.delete(text(event.data, 'channel')),
  VersionDeprecated: (told, event) => {
    fateOf(told, event).deprecated = { replacement: event.data['replacement'] };
  },
  DeprecationWithdrawn: (told, event) => {
    delete fateOf(told, event).deprecated;
  },
  VersionRevoked: (told, event) => {
    fateOf(told, event).revoked = true;
  },
  VersionDeleted: (told, event) => {
    fateOf(told, event).deleted = true;
  },
  VmStarted: started,
  VmReimaged: started,
  VmMoved: (told, event) => changed(told, event, { host: text(event.data, 'host') }),
  VmStopped: (told, event) => changed(told, event, { state: 'stopped' }),
  BuildRequested: ({ jobs }, event) => jobs.set(about(event), 'open'),
  BuildCompleted: ({ jobs }, event) => jobs.set(about(event), 'completed'),
  BuildFailed: ({ jobs }, event) => jobs.set(about(event), 'failed'),
  BuildCancelled: ({ jobs }, event) => jobs.set(about(event), 'failed'),
  PolicySet: (told, { data }) => {
    told.policy = data['policy'] as Data;
    told.policyChanges += 1;
  },
};

export const stateOf = ({ fates }: Told, name: string): string => {
  const { deleted, revoked, deprecated } = fates.get(name) ?? {};
  if (deleted) return 'deleted';
  if (revoked) return 'revoked';
  return deprecated ? 'deprecated' : 'published';
};

/** Numbers of three parts, the highest first. */
export const highestFirst = (versions: Iterable<string>): string[] =>
  [...versions].sort((a, b) => {
    const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
    const at = left.findIndex((part, index) => part !== right[index]);
    return at < 0 ? 0 : (right[at] ?? 0) - (left[at] ?? 0);
  });
