const DAY_MS = 86_400_000;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * Milliseconds since 1970 of an ISO 8601 time in UTC, as `Clock.now` writes it; NaN for anything else. Pure
 * arithmetic (proleptic Gregorian calendar), so that deciders can compare times without a clock in reach.
 */
export const epochMs = (iso: string): number => {
  if (!ISO.test(iso)) return NaN;
  const two = (at: number): number => digitAt(iso, at) * 10 + digitAt(iso, at + 1);
  const days = daysSince1970(two(0) * 100 + two(2), two(5), two(8));
  const seconds = (two(11) * 60 + two(14)) * 60 + two(17);
  return days * DAY_MS + seconds * 1000 + two(20) * 10 + digitAt(iso, 22);
};

const ZERO = 48;

/** What stands there; 0 for whatever is no digit. No piece is cut out for it: a long queue is compared by its times at every look. */
const digitAt = (text: string, at: number): number => {
  const digit = text.charCodeAt(at) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : 0;
};

/** The ISO 8601 time in UTC with milliseconds of a number of milliseconds since 1970. */
export const isoTime = (epoch: number): string => {
  const days = Math.floor(epoch / DAY_MS);
  const rest = epoch - days * DAY_MS;
  const [hour, minute, second] = [rest / 3_600_000, (rest / 60_000) % 60, (rest / 1000) % 60];
  const ms = String(Math.floor(rest % 1000)).padStart(3, '0');
  return `${civilDate(days)}T${pair(hour)}:${pair(minute)}:${pair(second)}.${ms}Z`;
};

/** That many milliseconds after a time. */
export const laterBy = (iso: string, ms: number): string => isoTime(epochMs(iso) + ms);

const PAIRS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

/** The whole part of a number below 100 in two digits: looked up, for long lists are full of times. */
const pair = (value: number): string => PAIRS[Math.floor(value)] ?? '';

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that the leap day is the last.
const daysSince1970 = (year: number, month: number, day: number): number => {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

const civilDate = (days: number): string => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = ((marchMonth + 2) % 12) + 1;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${pair(month)}-${pair(day)}`;
};
