import { z } from 'zod';

const MOST_SHARED = 1_000;
const LONGEST_SHARED = 1_000;
const shared = new Map<string, unknown>();

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same list or object, frozen, for all that are equal: most definitions have the steps of most others. */
const sharing = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const text = JSON.stringify(value);
  if (text.length > LONGEST_SHARED) return value;
  if (shared.size >= MOST_SHARED) shared.clear();
  const known = shared.get(text) ?? deepFrozen(value);
  shared.set(text, known);
  return known;
};

const deepFrozen = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFrozen);
  return Object.freeze(value);
};

/**
 * The resolved definition within an event. Services hold one of every image and of every build: it shares its lists and objects with
 * others, and keeps the shape of what was read, where a copy made key by key can end as a hash table of its own.
 */
export const RecordedDefinition = z
  .any()
  .refine(isObject, { error: 'expected the definition as an object', abort: true })
  .meta({ type: 'object', additionalProperties: {} })
  .transform((definition: Record<string, unknown>): Record<string, unknown> => {
    const compact = { ...definition };
    for (const key of Object.keys(compact)) compact[key] = sharing(compact[key]);
    return compact;
  });
