/** More of them say less than whose they are. */
const MOST_NAMED = 3;

/** Fingerprints of the primary keys, which those follow that may revoke them; a keyring that gpg cannot read has none. */
const fingerprints = (listed: string): string[] =>
  [...listed.matchAll(/^pub:.*\n(?:rvk:.*\n)*fpr:{9}([0-9A-F]{40}):/gm)].map(
    ([, fingerprint = '']) => fingerprint,
  );

/** The program that lists the keys of a file, for a sandbox whose /tmp is its own. */
export const showKeys = (keyring: string): readonly string[] => [
  ...['gpg', '--homedir', '/tmp', '--batch', '--with-colons', '--show-keys', '--', keyring],
];

/** The signature that is asked for, in words: by keys as gpg lists them, and whose they are. */
export const expectedSignature = (listed: string, whose: string): string => {
  const keys = fingerprints(listed);
  return `a signature by ${keys.length === 0 || keys.length > MOST_NAMED ? whose : `${keys.join(' or ')} (${whose})`}`;
};
