import { splitStream, VmEvent } from '@gild/contracts';
import { eventParser, typesOf, type View } from '@gild/application-core';
import { isStart, vm, type VmState } from '@gild/registry-domain';
import type { RecordedEvent } from '@gild/ports';
import { PastRecords } from './past-records.js';
import { VmsCourse } from './vms-course.js';

/** A machine that was heard of, and since when it runs its version. */
export type VmRecord = Exclude<VmState, { status: 'unknown' }> & { startedAt: string; stoppedAt?: string };

/** Machines by id, in the order in which they were first heard of. */
export type VmRecords = Iterable<[id: string, record: VmRecord]> & {
  get: (id: string) => VmRecord | undefined;
  set: (id: string, record: VmRecord) => unknown;
};

/** What machines did with a version. */
export type Usage = {
  /** How often one started from it. */
  starts: number;
  /** Those that run it now. */
  running: ReadonlySet<string>;
  lastStartAt?: string;
};

type KeptUsage = Usage & { running: Set<string> };

export type VmsState = {
  vms: VmRecords;
  /** By image, then by version: those that a machine ever started from. */
  usage: Map<string, Map<string, KeptUsage>>;
  /** How they came there; absent in a state of the past. */
  course?: VmsCourse;
};

/** Every machine that was ever reported, and by version what machines did with it. */
export const vmsView: View<VmsState> = {
  name: 'vms',
  filter: { types: typesOf(VmEvent), streamPrefixes: ['vm-'] },
  initial: () => ({ vms: new Map(), usage: new Map(), course: new VmsCourse() }),
  apply: (state, recorded) => {
    const event = parse(recorded);
    if (event !== undefined) applyEvent(state, event, recorded);
  },
  snapshot: ({ vms, usage }) => ({
    vms: Object.fromEntries(vms),
    usage: [...usage].map(([image, versions]) => ({
      image,
      versions: [...versions].map(([version, { running, ...rest }]) => ({
        ...{ version, ...rest },
        running: [...running],
      })),
    })),
  }),
  keeping: {
    every: 500,
    most: 512,
    keep: ({ course = new VmsCourse() }) => {
      const { length } = course;
      return () => stateAfter(length, course);
    },
  },
};

/** What so many turns made of the machines. */
const stateAfter = (turns: number, course: VmsCourse): VmsState => {
  const count = course.count(turns);
  const state: VmsState = { vms: new PastRecords(course, count), usage: new Map() };
  const usageOfVersion = (number: number) => keptUsage(state, course.versionOf(number));
  for (const [number, at] of count.lastStarts.entries()) {
    if (at < 0) continue;
    const usage = usageOfVersion(number);
    usage.starts = count.starts[number] ?? 0;
    usage.lastStartAt = course.timeOf(at);
  }
  for (const [number, at] of count.lasts.entries()) {
    const version = at < 0 ? undefined : course.ranAt(at);
    if (version !== undefined) usageOfVersion(version).running.add(course.idOf(number));
  }
  return state;
};

const UNUSED: Usage = { starts: 0, running: new Set() };

/** What machines did with one version of an image. */
export const usageOf = (
  { usage }: VmsState,
  { imageName, version }: { imageName: string; version: string },
): Usage => usage.get(imageName)?.get(version) ?? UNUSED;

/** What they did with each of its versions that they ever ran. */
export const usagesOf = ({ usage }: VmsState, imageName: string): Iterable<Usage> =>
  usage.get(imageName)?.values() ?? [];

const parse = eventParser(VmEvent);

const applyEvent = (state: VmsState, event: VmEvent, { stream, metadata: { time } }: RecordedEvent): void => {
  const { id } = splitStream(stream);
  const before = state.vms.get(id);
  const now = recordOf(event, before, time);
  if (before !== undefined) keptUsage(state, before.machine).running.delete(id);
  if (now === undefined) return;
  state.vms.set(id, now);
  if (now.status === 'running') keptUsage(state, now.machine).running.add(id);
  if (isStart(event)) countStart(keptUsage(state, now.machine), time);
  state.course?.add({ id, record: now, isStart: isStart(event), time });
};

const recordOf = (event: VmEvent, before: VmRecord | undefined, time: string): VmRecord | undefined => {
  const now = vm.evolve(before ?? vm.initial, event);
  if (now.status === 'unknown') return undefined;
  const startedAt = isStart(event) ? time : (before?.startedAt ?? time);
  return { ...now, startedAt, ...(now.status === 'stopped' && { stoppedAt: time }) };
};

const countStart = (usage: KeptUsage, time: string): void => {
  usage.starts += 1;
  usage.lastStartAt = time;
};

const keptUsage = (
  { usage }: VmsState,
  { imageName, version }: { imageName: string; version: string },
): KeptUsage => {
  const versions = kept(usage, imageName, () => new Map<string, KeptUsage>());
  return kept(versions, version, () => ({ starts: 0, running: new Set<string>() }));
};

const kept = <V>(map: Map<string, V>, key: string, fresh: () => V): V => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = fresh();
  map.set(key, made);
  return made;
};
