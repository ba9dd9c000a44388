import type { ResolvedPackage } from '@gild/contracts';
import { expectedSignature } from '@gild/layer-steps';
import { Fault } from '@gild/ports';
import type { Signer } from './signers.js';

/** A package whose signature is not the one that was asked for. */
export type Refused = {
  wanted: ResolvedPackage;
  /** What rpm calls the repositories that have it; none where their indexes have moved on. */
  origins: readonly string[];
  /** What rpm says of its digests and signatures. */
  said: string;
  /** How many packages of the layer are refused besides. */
  others: number;
};

const SAYING: Readonly<Record<string, (key: string) => string>> = {
  NOKEY: (key) => `a signature by ${key}`,
  NOTTRUSTED: (key) => `a signature by ${key}, which rpm does not trust`,
};
/** A good signature is here one of what the package is no more. */
const ofSomethingElse = (key: string): string => `a signature by ${key} of something else`;

/** rpm tells how a signature is with half of the key's name, and the whole name apart from that. */
const foundIn = (said: string): string => {
  const states = new Map(
    [...said.matchAll(/Signature, key ID ([0-9a-f]+): (\w+)/g)].map(([, key = '', state = '']) => [
      key,
      state,
    ]),
  );
  const keys = new Set([...said.matchAll(/, Key ID ([0-9a-f]+)$/gm)].map(([, key = '']) => key));
  const found = [...keys].map((key) => {
    const [, state = ''] = [...states].find(([half]) => key.endsWith(half)) ?? [];
    return (SAYING[state] ?? ofSomethingElse)(key.toUpperCase());
  });
  return found.length === 0 ? 'no signature' : found.join(', ');
};

const othersToo = (others: number): string => {
  if (others === 0) return '';
  return others === 1 ? ', nor is 1 other package' : `, nor are ${others} other packages`;
};

/** REPOSITORY_UNTRUSTED with what was expected of the package, what was found and what to do. `show` has gpg list a key. */
export const untrusted = async (
  { wanted, origins, said, others }: Refused,
  signers: readonly Signer[],
  show: (signer: Signer) => Promise<string>,
): Promise<Fault> => {
  const itsOwn = signers.filter(({ places }) => origins.some((id) => places.has(id)));
  const asked = itsOwn.length > 0 ? itsOwn : signers;
  const places = asked.flatMap(({ places: all }) =>
    [...all].filter(([id]) => itsOwn.length === 0 || origins.includes(id)).map(([, place]) => place),
  );
  const expected = await Promise.all(
    asked.map(async (signer) => expectedSignature(await show(signer), signer.whose)),
  );
  return new Fault(
    'REPOSITORY_UNTRUSTED',
    [
      `Checking packages: ${wanted.name} ${wanted.version} from ${[...new Set(places)].join(' or ')} is not signed by its pinned key${othersToo(others)}.`,
      `Expected: ${expected.join(' or ')}.`,
      `Found: ${foundIn(said)}.`,
      ...asked.map(({ remedy }) => remedy),
    ].join('\n'),
  );
};
