const UNITS = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;
const SIZE = /^([1-9]\d{0,8})([MGT])(?:iB)?$/i;

/** The bytes of `20G`, `512M` or `1T`, in powers of two as qemu-img has them; undefined when the text is nothing of that. */
export const diskSizeBytes = (text: string): number | undefined => {
  const [, count, unit] = SIZE.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * UNITS[unit.toUpperCase() as keyof typeof UNITS];
};
