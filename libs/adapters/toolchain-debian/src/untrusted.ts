import { expectedSignature, withoutUserinfo } from '@gild/layer-steps';
import { Fault } from '@gild/ports';

/** Whose signature is asked for at an address; `keyring` is where the private apt has it. */
export type Pinned = { uri: string; keyring: string; whose: string; remedy: string };

/** What gpg says of a file of keys. */
type ShowKeys = (keyring: string) => Promise<string>;

const NOT_SIGNED = /The repository '(\S+) (\S+) (?:In)?Release' is (?:not|no longer) signed/g;
/** All that apt says when it has indexes of an earlier reading, which it goes on with. */
const NOT_VERIFIED = /GPG error: (\S+) (\S+) (?:In)?Release: .*\b(?:NO_PUBKEY|EXPKEYSIG|REVKEYSIG|BADSIG)\b/g;
const OF_SIGNATURE = /\b(NO_PUBKEY|EXPKEYSIG|REVKEYSIG|BADSIG) ([0-9A-F]{8,40})/g;

const SAYING: Readonly<Record<string, (key: string) => string>> = {
  NO_PUBKEY: (key) => `a signature by ${key}`,
  EXPKEYSIG: (key) => `a signature by ${key}, which has expired`,
  REVKEYSIG: (key) => `a signature by ${key}, which was revoked`,
  BADSIG: (key) => `a signature by ${key} of something else`,
};

const bare = (uri: string): string => uri.replace(/\/+$/, '');

const unique = (words: readonly string[]): string => [...new Set(words)].join(', ');

/** A line of apt with those indented under it. */
const SAID = /^\S.*(?:\n .*)*/gm;
/** Why the signed file of a suite could not be taken. */
const NOT_READ = /^Err:\d+ \S+ (\S+) (?:In)?Release\b.*\n +(\S.*)/gm;

const saidOf = (uri: string, output: string): string =>
  (output.match(SAID) ?? [])
    .filter((said) => said.includes(`${uri} `) || said.includes(`${uri}/dists/`))
    .join('\n');

const reasonsIn = (said: string, suites: readonly string[]): string[] =>
  [...said.matchAll(NOT_READ)].flatMap(([, suite = '', reason = '']) =>
    suites.includes(suite) ? [reason.replace(/\.$/, '')] : [],
  );

/** The signatures; where apt came to none, why it did not. */
const foundIn = (said: string, suites: readonly string[]): string => {
  const signatures = [...said.matchAll(OF_SIGNATURE)].map(
    ([, kind = '', key = '']) => SAYING[kind]?.(key) ?? key,
  );
  const found = signatures.length === 0 ? reasonsIn(said, suites) : signatures;
  return found.length === 0 ? 'no signature' : unique(found);
};

/** REPOSITORY_UNTRUSTED with what was expected of the repository, what was found and what to do, when that is what apt says. */
export const untrusted = async (
  what: string,
  output: string,
  { pinned, show }: { pinned: readonly Pinned[]; show: ShowKeys },
): Promise<Fault | undefined> => {
  const refused = [...output.matchAll(NOT_SIGNED), ...output.matchAll(NOT_VERIFIED)].map(
    ([, uri = '', suite = '']) => ({ uri, suite }),
  );
  const [first] = refused;
  if (first === undefined) return undefined;
  const suites = refused.filter(({ uri }) => uri === first.uri).map(({ suite }) => suite);
  const pin = pinned.find(({ uri }) => bare(uri) === bare(first.uri));
  return new Fault(
    'REPOSITORY_UNTRUSTED',
    [
      `${what}: ${withoutUserinfo(first.uri)} (${unique(suites)}) is not signed by its pinned key.`,
      ...(pin === undefined ? [] : [`Expected: ${expectedSignature(await show(pin.keyring), pin.whose)}.`]),
      `Found: ${foundIn(saidOf(first.uri, output), suites)}.`,
      ...(pin === undefined ? [] : [pin.remedy]),
    ].join('\n'),
  );
};
