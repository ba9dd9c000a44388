import { z } from 'zod';

/** The environment variable that says how many builds an agent works on at once; it comes before `slots` in agent.yaml. */
export const SLOTS_VARIABLE = 'GILD_SLOTS';

/** Nothing of a host is enough for more. */
export const MOST_SLOTS = 64;

/** Its value as text; unset or empty: as agent.yaml says, else 1. */
export const slotsOf = z
  .string()
  .regex(/^([1-9]\d?)?$/, `expected a whole number from 1 to ${MOST_SLOTS}`)
  .transform((text) => (text === '' ? undefined : Number(text)))
  .pipe(z.int().max(MOST_SLOTS, `expected a whole number from 1 to ${MOST_SLOTS}`).optional())
  .optional();
