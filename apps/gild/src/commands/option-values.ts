import { type Arch, ArchName } from '@gild/contracts';
import { Fault } from '@gild/ports';

/** The architecture `--arch` was given, if any. Fault: INVALID_REQUEST. */
export const archOf = ({ arch }: { arch?: string }): Arch | undefined => {
  if (arch === undefined) return undefined;
  const known = ArchName.safeParse(arch);
  if (known.success) return known.data;
  throw new Fault('INVALID_REQUEST', `--arch: expected x86_64, aarch64 or arm64, found "${arch}"`);
};

/** Which of the allowed values an option was given, if any. Fault: INVALID_REQUEST, naming the option and all of them. */
export const chosenOf = <T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined => {
  const known = allowed.find((candidate) => candidate === value);
  if (value === undefined || known !== undefined) return known;
  throw new Fault('INVALID_REQUEST', `${option}: expected ${allowed.join(', ')}, found "${value}"`);
};

/** For an option that may be repeated. */
export const collected = (value: string, before: readonly string[]): string[] => [...before, value];
