import { z } from 'zod';

/**
 * The resolved definition within an event. It is the object that was read, not a copy with keys added one by one, which the engine
 * keeps as a hash table of four times the size: services hold one of every image and of every build.
 */
export const RecordedDefinition = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { error: 'expected the definition as an object' },
);
