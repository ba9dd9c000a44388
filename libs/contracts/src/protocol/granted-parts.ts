const MIB = 1024 * 1024;
const PART_BYTES = 16 * MIB;
/** Whose names still fit one message to the registry. */
const MOST_PARTS = 4_000;

/**
 * The sizes of the parts in which an agent without keys sends an object, in order: they follow from the size of the object, so that
 * what is granted in parts is no more than the object itself.
 */
export const grantedParts = (sizeBytes: number): { count: number; sizeOf: (number: number) => number } => {
  const partBytes = Math.max(PART_BYTES, Math.ceil(sizeBytes / MOST_PARTS / MIB) * MIB);
  const count = Math.max(1, Math.ceil(sizeBytes / partBytes));
  return {
    count,
    sizeOf: (number) => (number < count ? partBytes : sizeBytes - (count - 1) * partBytes),
  };
};
