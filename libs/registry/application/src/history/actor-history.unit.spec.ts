import { memoryEventStore } from '@gild/event-store-memory';
import type { NewEvent } from '@gild/ports';
import { withVersions } from '../registry-with-versions.spec.js';
import { web } from '../registry-under-test.spec.js';
import { storeAsOf } from '@gild/application-core';
import { actorPage } from './actor-history.js';
import { historyOf } from './history.js';

it('is what an actor recorded and what was recorded because it asked, of any moment', async () => {
  const { registry, store } = await withVersions(web, {
    ...{ ...web, name: 'shop' },
    base_image: { name: 'web', version: '^1' },
  });
  await registry.setPolicy({ policy: { max_parallel_builds: 7 }, actor: 'eve' });
  const at = await store.head();
  await registry.revoke({
    requestId: 'request-1',
    actor: 'eve',
    image: 'web',
    version: '1.0.0',
    reason: 'x',
  });
  const told = async (moment?: string) =>
    (await registry.history({ subject: 'actor:eve', at: moment })).entries.map(
      ({ what, stream, actor }) => `${what} ${stream} ${actor}`,
    );
  expect(await told()).toStrictEqual([
    'PolicySet policy-gild eve',
    'VersionRevoked image-web eve',
    'VersionRevoked image-shop registry',
  ]);
  expect(await told(at)).toStrictEqual(['PolicySet policy-gild eve']);
  expect((await registry.history({ subject: 'actor:registry' })).entries.length).toBeGreaterThan(3);
});

it('refuses an actor that never did anything, pages of other histories, and a page that is in the future', async () => {
  const { registry } = await withVersions(web);
  const refused = (query: object) =>
    registry.history(query).then(
      () => 'told',
      (error: { code: string; message: string }) => `${error.code} ${error.message}`,
    );
  expect(await refused({ subject: 'actor:nobody' })).toMatch(/^SUBJECT_NOT_FOUND .*actor:nobody: expected/);
  expect(await refused({ subject: 'web', after: '1' })).toContain('only what an actor did is told in pages');
  expect(await refused({ subject: 'actor:ada', after: '99999' })).toMatch(/^INVALID_REQUEST .*in the future/);
});

it('comes in pages, however little of the log is about the actor', async () => {
  const store = memoryEventStore();
  const event = (number: number, actor: string): NewEvent => ({
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    ...{ type: 'Counted', data: { number } },
    metadata: {
      ...{ time: '2026-01-01T00:00:00.000Z', actor, correlationId: 'c', causationId: 'c', schema: 1 },
    },
  });
  const numbers = Array.from({ length: 1_100 }, (_, index) => index);
  await store.append(
    'job-1',
    'any',
    numbers.map((number) => event(number, 'ada')),
  );
  await store.append('job-2', 'any', [event(2_000, 'eve')]);
  const pages: number[] = [];
  let after: string | undefined;
  do {
    const page = await actorPage('ada', { store, after });
    pages.push(page.events.length);
    after = page.next;
  } while (after !== undefined);
  expect(pages).toStrictEqual([500, 500, 100]);
  const log = { store, registryId: 'gild' };
  const first = await historyOf({ subject: 'actor:ada', causes: false }, log);
  expect([first.next, first.at]).toStrictEqual(['500', '1101']);
  await store.append('job-2', 'any', [event(2_001, 'ada')]);
  const then = { store: storeAsOf(store, { position: first.at ?? '' }), registryId: 'gild' };
  const last = await historyOf({ subject: 'actor:ada', causes: false, after: '1000' }, then);
  expect([last.entries.length, last.next, last.at]).toStrictEqual([100, undefined, undefined]);
  expect((await actorPage('eve', { store, after: undefined })).events).toHaveLength(1);
});
