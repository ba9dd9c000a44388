import { memoryEventStore } from '@gild/event-store-memory';
import { randomIds, sha256 } from '@gild/node-runtime';
import { registryService } from '@gild/registry-application';
import { schedulerService } from '@gild/scheduler-application';
import { fakeClock, memoryObjectStore } from '@gild/testing';
import { InProcessBus, inProcessMessenger } from '@gild/transport-inprocess';
import type { RecordedLine } from './farm-story.spec.js';

const SUBJECTS = /^(image|job|agent|joinToken|vm)-(.*)$/;

/** What this release makes of a recording: everything it serves, through every view, and the history of every subject. */
export const documentsOf = async (lines: readonly RecordedLine[]) => {
  const shared = {
    ...{ store: memoryEventStore(), objects: memoryObjectStore() },
    ...{ clock: fakeClock('2027-01-01T00:00:00.000Z'), ids: randomIds, sha256 },
    ...{ messenger: inProcessMessenger(new InProcessBus()), report: () => undefined },
  };
  for (const { stream, revision, id, type, data, metadata } of lines) {
    const expected = revision === 0 ? 'none' : { revision: revision - 1 };
    await shared.store.append(stream, expected, [{ id, type, data, metadata: metadata as never }]);
  }
  const scheduler = schedulerService(shared);
  const registry = registryService({
    ...shared,
    catalogue: { all: async () => new Map() },
    builds: async () => [],
    ...{ registryId: 'local', location: 'recorded' },
  });
  const history: Record<string, string[]> = {};
  for (const stream of new Set(lines.map((line) => line.stream))) {
    const [, kind, name] = SUBJECTS.exec(stream) ?? [];
    if (name === undefined) continue;
    const { entries } = await registry.history({ subject: kind === 'vm' ? `vm:${name}` : name });
    history[name] = entries.map(({ sentence }) => sentence);
  }
  const views = [...(await registry.verifyViews()).views, ...(await scheduler.verifyViews()).views];
  return {
    views: views.map(({ view, events, opaque, equal }) => ({ view, events, opaque, equal })),
    registry: await registry.registryDocument(),
    jobs: await scheduler.jobs(),
    agents: await scheduler.agents(),
    vms: await registry.vms(),
    policy: await registry.policy(),
    history,
  };
};
