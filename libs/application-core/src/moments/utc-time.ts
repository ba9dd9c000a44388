import { epochMs, isoTime } from '@gild/kernel';
import { z } from 'zod';

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.(\d+))?(Z|[+-]\d\d:[0-5]\d)$/;
const Utc = z.iso.datetime({ precision: 3 });
const MINUTE_MS = 60_000;

/** A day or a time as events spell times (UTC, milliseconds), or undefined. A day names its first moment. */
export const readUtcTime = (text: string): string | undefined => {
  const written = TIME.exec(DAY.test(text) ? `${text}T00:00Z` : text);
  if (written === null) return undefined;
  const [, minutes = '', seconds = ':00', fraction = '', zone = 'Z'] = written;
  const local = `${minutes}${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  return Utc.safeParse(local).success ? isoTime(epochMs(local) - aheadMs(zone)) : undefined;
};

/** How far clocks of a zone such as `+02:00` are ahead of UTC. */
const aheadMs = (zone: string): number => {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return minutes * MINUTE_MS * (zone.startsWith('-') ? -1 : 1);
};
