import { eventParser, projection, type View } from '@gild/application-core';
import { streams } from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import { z } from 'zod';
import { registryUnderTest, web } from './registry-under-test.spec.js';

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

  it('hinders no decision, no view and no answer of a registry, and is counted and shown', async () => {
    const { registry, store, prepare, record, typesOf } = registryUnderTest();
    await prepare(1);
    await record(streams.image('web'), 'ImagePraised', { by: 'eve' });
    const newer = { ...written(9, 'VersionReleased', { schema: 2, data: { version: '1.0.0', jobId: 'x' } }) };
    await store.append(streams.image('web'), 'any', [newer]);
    expect((await prepare(2, { ...web, disk_size_gb: 20 })).version).toBe('1.0.1');
    expect(await typesOf(streams.image('web'))).toStrictEqual([
      ...[
        'ImageDefined',
        'VersionReserved',
        'ImagePraised',
        'VersionReleased',
        'ImageDefined',
        'VersionReserved',
      ],
    ]);
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
});
