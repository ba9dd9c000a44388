import { event, oneOf } from '@gild/kernel';
import fc from 'fast-check';
import { z } from 'zod';
import { isKnownEvent } from './known-events.js';
import {
  eventReader,
  schemaVersionOf,
  upcast,
  type Upcast,
  UPCASTERS,
  type WrittenEvent,
} from './upcasting.js';

const nameInFull: Upcast = ({ name, ...rest }) => ({ ...rest, fullName: name });
const withPlace: Upcast = (data) => ({ ...data, place: 'unknown' });
const GUESTS = { GuestArrived: [nameInFull, withPlace] };
const GuestArrived = z.object({
  type: z.literal('GuestArrived'),
  data: z.object({ fullName: z.string(), place: z.string() }),
});

const read = (schema: number, data: Record<string, unknown>, type = 'GuestArrived') =>
  eventReader(GuestArrived, GUESTS)({ type, data, metadata: { schema } })?.data;

describe('an event', () => {
  it.each([
    [1, { name: 'Ada' }, { fullName: 'Ada', place: 'unknown' }],
    [2, { fullName: 'Ada' }, { fullName: 'Ada', place: 'unknown' }],
    [3, { fullName: 'Ada', place: 'Paris' }, { fullName: 'Ada', place: 'Paris' }],
  ])('of version %i is read as this release writes it', (schema, data, expected) =>
    expect(read(schema, data)).toStrictEqual(expected),
  );

  it('is left alone where it was recorded', () => {
    const recorded = Object.freeze({ name: 'Ada' });
    read(1, recorded);
    expect(recorded).toStrictEqual({ name: 'Ada' });
  });

  it('of a newer version is not read, though it looks like one of this release', () =>
    expect(read(4, { fullName: 'Ada', place: 'Paris' })).toBeUndefined());

  it('of a version before the first is read as of the first', () =>
    expect(read(0, { name: 'Ada' })).toStrictEqual({ fullName: 'Ada', place: 'unknown' }));

  it.each([undefined, null, '3', 2.5, Number.NaN])('that says %j as its version is not read', (schema) => {
    const written = { type: 'GuestArrived', data: { fullName: 'Ada', place: 'Paris' }, metadata: { schema } };
    expect(eventReader(GuestArrived, GUESTS)(written as WrittenEvent)).toBeUndefined();
  });

  it('of another type is not read', () => expect(read(1, { name: 'Ada' }, 'GuestLeft')).toBeUndefined());

  it('passes each upcaster between its version and this one once, in order', () => {
    const steps = fc.integer({ min: 0, max: 6 });
    const version = fc.integer({ min: 1, max: 9 });
    const noted =
      (step: number): Upcast =>
      (data) => ({ passed: [...(data['passed'] as number[]), step] });
    fc.assert(
      fc.property(steps, version, (count, schema) => {
        const upcasters = { T: Array.from({ length: count }, (_, index) => noted(index + 1)) };
        const current = schemaVersionOf('T', upcasters);
        const found = upcast({ type: 'T', schema, data: { passed: [] } }, upcasters);
        const expected = Array.from({ length: current - schema + 1 }, (_, index) => schema + index);
        expect(found).toStrictEqual(schema > current ? undefined : { passed: expected.slice(0, -1) });
      }),
    );
  });
});

describe('an event of several that may be', () => {
  const GuestLeft = event('GuestLeft', { fullName: z.string(), tip: z.number().optional() });
  const GuestSang = event('GuestSang', { song: z.object({ title: z.string() }) });
  const schemas = {
    'one of some': oneOf(GuestLeft, GuestSang),
    'of families': z.union([oneOf(GuestLeft), oneOf(GuestSang)]),
    'with a rule of its own': z.union([GuestLeft.refine(({ data }) => data.tip !== 0), GuestSang]),
    'with a rule of its type': z.object({
      type: z.literal('GuestLeft').refine(() => false),
      data: z.object({}),
    }),
    'of which no type is told apart': z.object({
      type: z.string(),
      data: z.object({ fullName: z.string() }),
    }),
  };
  const written = [
    { type: 'GuestLeft', data: { fullName: 'Ada', tip: 2, hat: 'red' } },
    { type: 'GuestLeft', data: { fullName: 'Ada', tip: undefined } },
    { type: 'GuestLeft', data: { fullName: 'Ada', tip: 0 } },
    { type: 'GuestLeft', data: { fullName: 1 } },
    { type: 'GuestLeft', data: {} },
    { type: 'GuestSang', data: { song: { title: 'Aria', key: 'C' } } },
    { type: 'GuestSang', data: { fullName: 'Ada' } },
    { type: '__proto__', data: { fullName: 'Ada' } },
    { type: 'GuestLeft', data: null },
  ];

  it.each(Object.entries(schemas))('(%s) is read as its whole schema reads it', (_, schema) => {
    const reader = eventReader<unknown>(schema);
    for (const each of written)
      expect(reader({ ...each, metadata: { schema: 1 } } as WrittenEvent)).toStrictEqual(
        schema.safeParse(each).data,
      );
  });
});

it('has version 1 where nothing about its meaning changed, whatever its type is called', () => {
  expect(schemaVersionOf('BuildFailed')).toBe(1);
  expect(['constructor', 'toString', '__proto__'].map((type) => schemaVersionOf(type))).toStrictEqual([
    1, 1, 1,
  ]);
});

describe('this release', () => {
  const completed = {
    type: 'BuildCompleted',
    data: { attempt: 1, version: '1.0.0' },
    metadata: { schema: 1 },
  };

  it('knows what it records', () => expect(isKnownEvent(completed)).toBe(true));

  it.each([
    ['type', { type: 'BuildPraised' }],
    ['version', { metadata: { schema: 2 } }],
    ['value', { data: { attempt: 'first' } }],
  ])('does not know an event of which the %s is newer', (_, newer) =>
    expect(isKnownEvent({ ...completed, ...newer })).toBe(false),
  );
});

it('has upcasters for types of this release alone', () => {
  const types = Object.keys(UPCASTERS);
  expect(types.filter((type) => schemaVersionOf(type) < 2)).toStrictEqual([]);
});
