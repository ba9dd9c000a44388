const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

/** Measuring every one of 60,000 names takes seconds; few people mistype both of the first two letters. */
const startsAlike = (a: string, b: string): boolean => a[0] === b[0] || a[1] === b[1];

/** Up to five known names a person may have meant, nearest first. */
export const closeNames = (wanted: string, known: readonly string[]): string[] => {
  const limit = Math.max(1, Math.floor(wanted.length / 4));
  return known
    .filter((name) => Math.abs(name.length - wanted.length) <= limit && startsAlike(name, wanted))
    .map((name) => ({ name, far: distance(wanted, name) }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 5)
    .map(({ name }) => name);
};
