import { Fault } from '@gild/ports';
import { settings } from '@gild/service-edge';

/** How much a farm logs: `GILD_LOG`, else only errors; an empty variable counts as unset. Fault: INVALID_REQUEST. */
export const logLevel = (given: string | undefined): string => {
  if (given === undefined || given === '') return 'error';
  const level = settings.log.safeParse(given);
  if (level.success) return level.data;
  const known = settings.log.unwrap().options.join(', ');
  throw new Fault('INVALID_REQUEST', `GILD_LOG: expected ${known}, found "${given}"`);
};
