/**
 * JSON with one spelling per value: keys sorted by UTF-16 code unit, no white space, `undefined` members left out
 * (RFC 8785 ordering and number formatting, which are those of ECMAScript's `JSON.stringify`).
 * Digests are taken over this text, so its form may never change.
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
};
