import fc from 'fast-check';
import { z } from 'zod';
import { isKnownEvent } from './known-events.js';
import {
  readEvent,
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
  readEvent(GuestArrived, { type, data, metadata: { schema } }, GUESTS)?.data;

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
    const event = { type: 'GuestArrived', data: { fullName: 'Ada', place: 'Paris' }, metadata: { schema } };
    expect(readEvent(GuestArrived, event as WrittenEvent, GUESTS)).toBeUndefined();
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
