import { SLOTS_VARIABLE, slotsOf } from '@gild/builder-edge';
import { Fault } from '@gild/ports';

/** How many builds the embedded builder works on at once, as the environment says; undefined: as agent.yaml does. Fault: INVALID_REQUEST. */
export const slotsIn = (env: NodeJS.ProcessEnv): number | undefined => {
  const parsed = slotsOf.safeParse(env[SLOTS_VARIABLE]);
  if (parsed.success) return parsed.data;
  throw new Fault('INVALID_REQUEST', `${SLOTS_VARIABLE}: ${parsed.error.issues[0]?.message ?? 'malformed'}`);
};
