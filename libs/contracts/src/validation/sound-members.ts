import type { Violation } from './violation.js';

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldOf = ({ path }: Violation): string => /^[A-Za-z0-9_]+/.exec(path)?.[0] ?? '';

/** The members of a document nothing is said about, and the names of the others. */
export const soundMembers = (
  value: Record<string, unknown>,
  faults: readonly Violation[],
): { members: readonly (readonly [string, unknown])[]; faulty: ReadonlySet<string> } => {
  const faulty = new Set(faults.map(fieldOf));
  return { members: Object.entries(value).filter(([key]) => !faulty.has(key)), faulty };
};
