import { editDistance } from '@gild/contracts';

const LONGEST_NAME = 64;

/** Known names that a mistyped one may have meant, best first, at most three. */
export const nearestNames = (name: string, known: Iterable<string>): string[] =>
  (name.length > LONGEST_NAME ? [] : [...known])
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
