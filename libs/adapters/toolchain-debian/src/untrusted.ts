import { Fault } from '@gild/ports';

/** Whose signature is asked for at an address; `keyring` is where the private apt has it. */
export type Pinned = { uri: string; keyring: string; whose: string; remedy: string };

/** What gpg says of a file of keys. */
type ShowKeys = (keyring: string) => Promise<string>;

const NOT_SIGNED = /The repository '(\S+) (\S+) (?:In)?Release' is not signed/g;
const OF_SIGNATURE = /\b(NO_PUBKEY|EXPKEYSIG|REVKEYSIG|BADSIG) ([0-9A-F]{8,40})/g;

const SAYING: Readonly<Record<string, (key: string) => string>> = {
  NO_PUBKEY: (key) => `a signature by ${key}`,
  EXPKEYSIG: (key) => `a signature by ${key}, which has expired`,
  REVKEYSIG: (key) => `a signature by ${key}, which was revoked`,
  BADSIG: (key) => `a signature by ${key} of something else`,
};

const bare = (uri: string): string => uri.replace(/\/+$/, '');

const unique = (words: readonly string[]): string => [...new Set(words)].join(', ');

const foundIn = (output: string): string => {
  const signatures = [...output.matchAll(OF_SIGNATURE)].map(
    ([, kind = '', key = '']) => SAYING[kind]?.(key) ?? key,
  );
  return signatures.length === 0 ? 'no signature' : unique(signatures);
};

/** More of them say less than whose they are. */
const MOST_NAMED = 3;

/** Fingerprints of the primary keys, which those follow that may revoke them; a keyring that gpg cannot read has none. */
const fingerprints = (listed: string): string[] =>
  [...listed.matchAll(/^pub:.*\n(?:rvk:.*\n)*fpr:{9}([0-9A-F]{40}):/gm)].map(
    ([, fingerprint = '']) => fingerprint,
  );

const expected = async ({ keyring, whose }: Pinned, show: ShowKeys): Promise<string> => {
  const keys = fingerprints(await show(keyring));
  return `a signature by ${keys.length === 0 || keys.length > MOST_NAMED ? whose : `${keys.join(' or ')} (${whose})`}`;
};

/** REPOSITORY_UNTRUSTED with what was expected of the repository, what was found and what to do, when that is what apt says. */
export const untrusted = async (
  what: string,
  output: string,
  { pinned, show }: { pinned: readonly Pinned[]; show: ShowKeys },
): Promise<Fault | undefined> => {
  const refused = [...output.matchAll(NOT_SIGNED)].map(([, uri = '', suite = '']) => ({ uri, suite }));
  const [first] = refused;
  if (first === undefined) return undefined;
  const suites = refused.filter(({ uri }) => uri === first.uri).map(({ suite }) => suite);
  const lines = output.split('\n').filter((line) => line.includes(first.uri) || line.startsWith(' '));
  const pin = pinned.find(({ uri }) => bare(uri) === bare(first.uri));
  return new Fault(
    'REPOSITORY_UNTRUSTED',
    [
      `${what}: ${first.uri} (${unique(suites)}) is not signed by its pinned key.`,
      ...(pin === undefined ? [] : [`Expected: ${await expected(pin, show)}.`]),
      `Found: ${foundIn(lines.join('\n'))}.`,
      ...(pin === undefined ? [] : [pin.remedy]),
    ].join('\n'),
  );
};
