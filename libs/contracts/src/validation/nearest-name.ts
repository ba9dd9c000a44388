const cell = (row: readonly number[], index: number): number => row[index] ?? Infinity;

type Rows = { beforeLast: readonly number[]; last: readonly number[] };

const nextRow = (
  { beforeLast, last }: Rows,
  [from, to]: readonly [string, string],
  i: number,
): readonly number[] => {
  const row = [i];
  for (let j = 1; j <= to.length; j += 1) {
    const swaps = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
    row.push(
      Math.min(
        cell(last, j - 1) + Number(from[i - 1] !== to[j - 1]),
        cell(last, j) + 1,
        cell(row, j - 1) + 1,
        swaps ? cell(beforeLast, j - 2) + 1 : Infinity,
      ),
    );
  }
  return row;
};

/**
 * Edits that turn one text into the other: insert, remove or replace a character, or swap two neighbours
 * (Damerau-Levenshtein distance, each part of a text edited once).
 */
export const editDistance = (from: string, to: string): number => {
  let rows: Rows = { beforeLast: [], last: Array.from({ length: to.length + 1 }, (_, index) => index) };
  for (let i = 1; i <= from.length; i += 1)
    rows = { beforeLast: rows.last, last: nextRow(rows, [from, to], i) };
  return cell(rows.last, to.length);
};

const LONGEST_NAME = 64;

const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_');

const allowed = (candidate: string): number => Math.max(1, Math.floor(candidate.length / 3));

/**
 * The known name that was probably meant, or undefined when none is near: at most a third of its characters may
 * differ. Case and dash against underscore do not count as differences.
 */
export const nearestName = (name: string, known: readonly string[]): string | undefined => {
  if (name.length > LONGEST_NAME) return undefined;
  const ranked = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= allowed(candidate))
    .map((candidate) => ({ candidate, distance: editDistance(plain(name), plain(candidate)) }))
    .filter(({ candidate, distance }) => distance <= allowed(candidate))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
};
