import { Fault } from '@gild/ports';
import { settings } from '@gild/service-edge';

/** Whether this host builds for other architectures too: `GILD_EMULATION`, else on; an empty variable counts as unset. Fault: INVALID_REQUEST. */
export const emulationSwitch = (given: string | undefined): 'on' | 'off' => {
  const parsed = settings.emulation.safeParse(given === '' ? undefined : given);
  if (parsed.success) return parsed.data;
  throw new Fault('INVALID_REQUEST', `GILD_EMULATION: expected on or off, found "${given}"`);
};
