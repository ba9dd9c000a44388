import { z } from 'zod';

type Data = Record<string, unknown>;

/** The data of an event as the next version of its schema has it. Pure and total: it has to take every event ever recorded. */
export type Upcast = (data: Data) => Data;

/** By type of event, from version 1 on: the first leads to version 2. */
export type Upcasters = Readonly<Record<string, readonly Upcast[]>>;

/**
 * What became of events whose meaning changed. A type that is not here has version 1, however many optional fields it gained. What is
 * here stays for ever: events are never rewritten.
 */
export const UPCASTERS: Upcasters = {};

/** The version that this release writes an event in. */
export const schemaVersionOf = (type: string, upcasters: Upcasters = UPCASTERS): number =>
  stepsOf(type, upcasters).length + 1;

const stepsOf = (type: string, upcasters: Upcasters): readonly Upcast[] =>
  Object.hasOwn(upcasters, type) ? (upcasters[type] ?? []) : [];

/** The data as this release has it; undefined of a version that only a newer release knows, or that is none. */
export const upcast = (
  { type, schema, data }: { type: string; schema: number; data: Data },
  upcasters: Upcasters = UPCASTERS,
): Data | undefined => {
  const steps = stepsOf(type, upcasters);
  if (!Number.isInteger(schema) || schema > steps.length + 1) return undefined;
  return steps.length === 0
    ? data
    : steps.slice(Math.max(1, schema) - 1).reduce((older, step) => step(older), data);
};

/** An event as it was recorded, with the version of its schema. */
export type WrittenEvent = { type: string; data: Data; metadata: { schema: number } };

/**
 * Reads events as this release knows them. A type, a version or a value that nobody knows here was written by a newer release: undefined,
 * never an error, because history must stay readable.
 */
export const eventReader = <E>(schema: z.ZodType<E>, upcasters: Upcasters = UPCASTERS) => {
  const read = parserOf(schema);
  return ({ type, data, metadata }: WrittenEvent): E | undefined => {
    const current = upcast({ type, schema: metadata.schema, data }, upcasters);
    return current === undefined ? undefined : read(type, current);
  };
};

/** A log is read by the million: data of a type that is known needs its own schema alone, and no look at the event around it. */
const parserOf = <E>(schema: z.ZodType<E>): ((type: string, data: Data) => E | undefined) => {
  const schemas = dataSchemas(schema);
  if (schemas === undefined) return (type, data) => schema.safeParse({ type, data }).data;
  return (type, data) => {
    const parsed = schemas.get(type)?.safeParse(data);
    return parsed?.success === true ? ({ type, data: parsed.data } as E) : undefined;
  };
};

/** The schemas of the data by type, where events are nothing but `type` and `data` (`event`, `oneOf`); undefined of other schemas. */
const dataSchemas = (schema: z.ZodType): ReadonlyMap<unknown, z.ZodType> | undefined => {
  const entries = entriesOf(schema);
  const found = new Map(entries.filter((entry) => entry !== undefined));
  return found.size === entries.length ? found : undefined;
};

type Entry = readonly [type: unknown, data: z.ZodType];

const entriesOf = (schema: unknown): (Entry | undefined)[] => {
  if (schema instanceof z.ZodUnion && isPlain(schema)) return schema.options.flatMap(entriesOf);
  return (
    (schema instanceof z.ZodObject && isPlain(schema) ? entriesOfEvent(schema) : undefined) ?? [undefined]
  );
};

const entriesOfEvent = ({ shape }: z.ZodObject): Entry[] | undefined => {
  const { type, data, ...others } = shape as Record<string, unknown>;
  if (Object.keys(others).length > 0 || !(data instanceof z.ZodObject)) return undefined;
  return typesIn(type)?.map((name) => [name, data]);
};

/** The types that it names; undefined where it is no plain literal. */
const typesIn = (type: unknown): unknown[] | undefined =>
  type instanceof z.ZodLiteral && isPlain(type) ? [...type.values] : undefined;

const isPlain = ({ def }: z.ZodType): boolean => (def.checks ?? []).length === 0;
