// A log as a farm leaves it after a year: builds of many images side by side, machines that start and stop, agents that come and go,
// policies. The same scale gives the same log.
import { DatabaseSync } from 'node:sqlite';
import { streams } from '../../../libs/contracts/dist/index.js';
import { buildEvents, sha, STEPS } from './builds.mjs';

const BEGUN = Date.parse('2025-01-01T00:00:00.000Z');
const BETWEEN_MS = 30_000;
const AT_ONCE = 20;
const EVENTS_OF_A_BUILD = STEPS * 2 + 15;

export const vmId = (number) => `vm-${String(number).padStart(5, '0')}`;

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

/** A start or a stop of one machine, from a version that is there. */
const machineEvent = ({ chance, running, published, scale }) => {
  const vm = vmId(Math.floor(chance() * scale.vms));
  const before = running.get(vm);
  if (running.delete(vm)) return [streams.vm(vm), 'VmStopped', { ...before, by: 'ada' }];
  const version = published[Math.floor(chance() * published.length)];
  const host = `host-${Math.floor(chance() * 200)}`;
  running.set(vm, { vmId: vm, ...version, arch: 'x86_64', channel: 'stable', host });
  return [streams.vm(vm), 'VmStarted', { ...running.get(vm), by: 'ada' }];
};

const agentEvent = (chance) => {
  const agentId = `agent-${Math.floor(chance() * 50)}`;
  if (chance() < 0.5) return [streams.agent(agentId), 'AgentSilent', { agentId, silentMs: 31_000 }];
  const announced = { arch: 'x86_64', slots: 4, host: `builder-${agentId}`, release: '1.0.0' };
  return [
    streams.agent(agentId),
    'AgentAnnounced',
    { agentId, sessionId: sha(String(chance())), ...announced },
  ];
};

const policyEvent = (chance) => {
  const policy = { max_parallel_builds: 1 + Math.floor(chance() * 40) };
  return [streams.policy('gild'), 'PolicySet', { policy, by: 'ada' }];
};

const otherEvent = (state) => {
  const { chance, scale } = state;
  const kind = chance() * (scale.machineEvents + scale.agentEvents + scale.policies);
  if (kind < scale.policies) return policyEvent(chance);
  return kind < scale.policies + scale.agentEvents ? agentEvent(chance) : machineEvent(state);
};

/** The next event of one of the builds under way, or nothing where that one just ended. */
const nextOfBuilds = ({ lanes, published, chance }) => {
  const lane = Math.floor(chance() * lanes.length);
  const { value, done } = lanes[lane].next();
  if (done) lanes.splice(lane, 1);
  const [, type, data] = value ?? [];
  if (type === 'VersionPublished') published.push({ imageName: data.imageName, version: data.version });
  return done ? [] : [value];
};

/** Everything in the order in which it is recorded. */
function* events(scale) {
  const { builds, images, machineEvents, agentEvents, policies } = scale;
  const lanes = Array.from({ length: Math.min(AT_ONCE, builds) }, (_, lane) =>
    buildsOf(lane, builds, images),
  );
  const state = { scale, chance: random(1), running: new Map(), published: [], lanes };
  let left = machineEvents + agentEvents + policies;
  const share = left / (left + builds * EVENTS_OF_A_BUILD);
  while (lanes.length > 0) {
    const isOther = left > 0 && state.published.length > 0 && state.chance() < share;
    if (isOther) left -= 1;
    yield* isOther ? [otherEvent(state)] : nextOfBuilds(state);
  }
}

/** One build after the other, as many at a time as there are lanes. */
function* buildsOf(lane, builds, images) {
  for (let number = lane; number < builds; number += AT_ONCE) yield* buildEvents(number, images);
}

/**
 * Writes that log into the empty event store at the path: straight into its table, for nobody waits for a million acknowledgements.
 * Answers how many events there are, and when the first and the last were recorded.
 */
export const writeHistory = (path, scale) => {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000');
  // Made anew, in one go, when the store is opened.
  database.exec('DROP INDEX IF EXISTS events_by_type; DROP INDEX IF EXISTS events_by_time; BEGIN');
  const columns = '(stream, revision, event_id, type, data, metadata)';
  const insert = database.prepare(`INSERT INTO events ${columns} VALUES (?, ?, ?, ?, ?, ?)`);
  const revisions = new Map();
  let count = 0;
  for (const [stream, type, data] of events(scale)) {
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const id = `00000000-0000-8000-8000-${String(count).padStart(12, '0')}`;
    const time = new Date(BEGUN + count * BETWEEN_MS).toISOString();
    const metadata = { time, actor: 'ada', correlationId: id, causationId: id, schema: 1 };
    insert.run(stream, revision, id, type, JSON.stringify(data), JSON.stringify(metadata));
    count += 1;
  }
  database.exec('COMMIT');
  database.close();
  return { count, first: BEGUN, last: BEGUN + (count - 1) * BETWEEN_MS };
};
