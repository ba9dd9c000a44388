import type { z } from 'zod';

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
  if (!Number.isInteger(schema) || schema > schemaVersionOf(type, upcasters)) return undefined;
  return stepsOf(type, upcasters)
    .slice(Math.max(1, schema) - 1)
    .reduce((older, step) => step(older), data);
};

/** An event as it was recorded, with the version of its schema. */
export type WrittenEvent = { type: string; data: Data; metadata: { schema: number } };

/**
 * The event as this release knows it. A type, a version or a value that nobody knows here was written by a newer release: undefined,
 * never an error, because history must stay readable.
 */
export const readEvent = <E>(
  schema: z.ZodType<E>,
  { type, data, metadata }: WrittenEvent,
  upcasters: Upcasters = UPCASTERS,
): E | undefined => {
  const current = upcast({ type, schema: metadata.schema, data }, upcasters);
  return current && schema.safeParse({ type, data: current }).data;
};
