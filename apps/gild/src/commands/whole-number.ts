import { Fault } from '@gild/ports';

/** The number an option was given. Fault: INVALID_REQUEST, naming the option and what it may be. */
export const wholeNumber = (
  option: string,
  text: string,
  { min, max }: { min: number; max: number },
): number => {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Fault(
    'INVALID_REQUEST',
    `${option}: expected a whole number from ${min} to ${max}, found "${text}"`,
  );
};
