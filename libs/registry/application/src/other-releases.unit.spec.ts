import { eventParser, projection, type View } from '@gild/application-core';
import { streams } from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import { faultCode } from '@gild/ports';
import { faultOf } from '@gild/testing';
import { z } from 'zod';
import { currentAttempt } from './granting/attempt-of-record.js';
import { UNREQUESTED_MS } from './publishing/publishing-process.js';
import { jobId, registryUnderTest, web } from './registry-under-test.spec.js';

const uuid = (n: number): string => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;
type Shape = { schema?: number; data?: Record<string, unknown> };
const written = (number: number, type: string, { schema = 1, data = {} }: Shape) => ({
  ...{ id: uuid(number), type, data },
  metadata: { time: '2026-01-01T00:00:00Z', actor: 'ada', correlationId: 'c', causationId: 'c', schema },
});

describe('row 26: an event of another release', () => {
  it('is upcast when it is older, and kept opaque when it is newer or of an unknown type: the view goes on and says so', async () => {
    const upcasters = { Weighed: [({ kg }: Record<string, unknown>) => ({ grams: Number(kg) * 1000 })] };
    const Weighed = z.object({ type: z.literal('Weighed'), data: z.object({ grams: z.number() }) });
    const parse = eventParser(Weighed, upcasters);
    const view: View<{ grams: number }> = {
      ...{ name: 'weight', filter: {}, initial: () => ({ grams: 0 }) },
      apply: (state, event) => void (state.grams += parse(event)?.data.grams ?? 0),
      snapshot: (state) => state,
    };
    const store = memoryEventStore();
    await store.append('scales-1', 'none', [
      written(1, 'Weighed', { schema: 1, data: { kg: 2 } }),
      written(2, 'Weighed', { schema: 3, data: { grams: 'heavy' } }),
      written(3, 'Polished', { schema: 1, data: {} }),
      written(4, 'Weighed', { schema: 2, data: { grams: 5 } }),
    ]);
    expect(await projection(store, view).current()).toStrictEqual({ grams: 2005 });
  });

  it('hinders no view, no answer and no decision on other streams of a registry, and is counted and shown', async () => {
    const { registry, store, prepare, record } = registryUnderTest();
    await prepare(1);
    await record(streams.image('web'), 'ImagePraised', { by: 'eve' });
    const newer = { ...written(9, 'VersionReleased', { schema: 2, data: { version: '1.0.0', jobId: 'x' } }) };
    await store.append(streams.image('web'), 'any', [newer]);
    expect((await prepare(2, { ...web, name: 'db' })).version).toBe('1.0.0');
    const { views } = await registry.verifyViews();
    expect(views.map(({ view, opaque, equal }) => [view, opaque, equal])).toStrictEqual([
      ['images', 2, true],
      ['policy', 0, true],
      ['vms', 0, true],
      ['host-caches', 0, true],
      ['storage', 0, true],
    ]);
    const { entries } = await registry.history({ subject: 'web' });
    expect(entries.map(({ sentence }) => sentence)).toContain('ImagePraised (recorded by another release)');
    expect(entries.map(({ sentence }) => sentence)).toContain(
      'VersionReleased (recorded by another release)',
    );
  });

  it('lets nothing be decided on its stream, which says why', async () => {
    const { prepare, record, typesOf } = registryUnderTest();
    await prepare(1);
    await record(streams.image('web'), 'ImagePraised', { by: 'eve' });
    const before = await typesOf(streams.image('web'));
    expect(await faultOf(prepare(2, { ...web, disk_size_gb: 20 }))).toMatchObject({
      ...{ code: 'NEWER_RELEASE', retryable: false },
      message: expect.stringMatching(/image-web.*ImagePraised.*upgrade this service/u),
    });
    expect(await typesOf(streams.image('web'))).toStrictEqual(before);
  });

  it('lets no attempt write whose end it may be', async () => {
    const { deps, record } = registryUnderTest();
    await record(streams.job('a'), 'AttemptGranted', { attempt: 1, agentId: 'oak', leaseMs: 1 });
    expect(await currentAttempt(deps.store, 'a')).toMatchObject({ attempt: 1 });
    await record(streams.job('a'), 'AttemptSuspended', { attempt: 1 });
    expect((await faultOf(currentAttempt(deps.store, 'a'))).code).toBe('NEWER_RELEASE');
  });

  it('keeps its version from being published, says so once, and keeps no other', async () => {
    const { registry, clock, reported, record, request, report, typesOf } = registryUnderTest();
    await request(1);
    await request(2, { ...web, name: 'db' });
    await record(streams.job(jobId(1)), 'BuildForgotten', {});
    await report(1);
    await report(2);
    await registry.start();
    await clock.advance(5 * UNREQUESTED_MS);
    await registry.stop();
    expect(await typesOf(streams.version('web', '1.0.0'))).toStrictEqual([]);
    expect(await typesOf(streams.version('db', '1.0.0'))).toContain('VersionPublished');
    expect(new Set(reported.map(faultCode))).toStrictEqual(new Set(['NEWER_RELEASE']));
    expect(reported.length).toBeLessThan(4);
  });
});
