import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedPackage } from '@gild/contracts';
import { readableFile, readableFolder, showKeys, wholeOutput } from '@gild/layer-steps';
import { Fault } from '@gild/ports';
import { archiveName } from './archive-name.js';
import type { DnfWorkspace } from './dnf-workspace.js';
import type { Work } from './toolchain-options.js';
import { untrusted } from './untrusted.js';

/** Says of every package whether it is signed with one of the keys, and then when each was made; its exit code is only of the keys. */
const CHECK = `cd /run/rpm/packages
for key in /run/rpm/keys/*; do rpmkeys --dbpath=/tmp/keys --import "$key" || exit 3; done
rpmkeys --dbpath=/tmp/keys --define '_pkgverify_level all' --checksig -- "$@" 2>&1
rpm --dbpath=/tmp/keys --nosignature --nodigest -q --queryformat 'made %{BUILDTIME}\\n' -p -- "$@" 2>/dev/null
exit 0
`;

/** Says all of one package's digests and signatures, and who made each signature. */
const TELL = `cd /run/rpm/packages
for key in /run/rpm/keys/*; do rpmkeys --dbpath=/tmp/keys --import "$key"; done
rpmkeys --dbpath=/tmp/keys --define '_pkgverify_level all' -v --checksig -- "$1"
for tag in RSAHEADER DSAHEADER SIGPGP SIGGPG; do
  rpm --dbpath=/tmp/keys --nosignature --nodigest -q --queryformat "%{$tag:pgpsig}\\\\n" -p -- "$1"
done
`;

const NOT_A_KEY = 3;

/** `program`: what to name it in messages. */
type Inside = (program: string, argv: readonly string[]) => Promise<{ exitCode: number; text: string }>;

/** Runs programs of the host beside the packages and the keys. */
const beside = async ({ options, context }: Work, dnf: DnfWorkspace): Promise<Inside> => {
  const keys = await readableFolder(await mkdtemp(join(context.workDir, 'keys-')));
  for (const [index, { key }] of dnf.signers.entries()) await readableFile(join(keys, `${index}.asc`), key);
  return async (program, argv) => {
    const output = wholeOutput(program);
    const { exitCode } = await options.sandbox.run({
      argv,
      lower: [],
      root: 'host',
      binds: [
        { source: keys, target: '/run/rpm/keys', readOnly: true },
        { source: dnf.archives, target: '/run/rpm/packages', readOnly: true },
      ],
      onOutput: output.add,
      idleLimitMs: context.idleLimitMs,
      signal: context.signal,
    });
    return { exitCode, text: output.text() };
  };
};

/** Why the package is refused: as its repository has it, where the indexes still say which that is. */
const refusal = async (
  dnf: DnfWorkspace,
  inside: Inside,
  { wanted, others }: { wanted: ResolvedPackage; others: number },
): Promise<Fault> => {
  const { text: said } = await inside('rpmkeys', ['sh', '-c', TELL, 'tell', archiveName(wanted)]);
  const origins = await dnf.originsOf(wanted);
  return untrusted({ wanted, origins, said, others }, dnf.signers, async (signer) => {
    const keyring = `/run/rpm/keys/${dnf.signers.indexOf(signer)}.asc`;
    return (await inside('gpg', showKeys(keyring))).text;
  });
};

/**
 * Checks that every package is whole and signed with one of the keys, whichever repository it is from, and says when the
 * newest was made. Fault: REPOSITORY_UNTRUSTED.
 */
export const checkSignatures = async (
  work: Work,
  dnf: DnfWorkspace,
  packages: readonly ResolvedPackage[],
): Promise<number> => {
  if (packages.length === 0) return 0;
  const inside = await beside(work, dnf);
  const { exitCode, text } = await inside('rpmkeys', [
    'sh',
    '-c',
    CHECK,
    'check',
    ...packages.map(archiveName),
  ]);
  if (exitCode === NOT_A_KEY)
    throw new Fault('REPOSITORY_UNTRUSTED', `A repository's key is none that rpm can read:\n${text}`);
  const lines = text.split('\n');
  const good = new Set(lines);
  const [wanted, ...others] = packages.filter(
    (one) => !good.has(`${archiveName(one)}: digests signatures OK`),
  );
  if (wanted !== undefined) throw await refusal(dnf, inside, { wanted, others: others.length });
  return Math.max(...lines.map((line) => Number(/^made (\d+)$/.exec(line)?.[1] ?? 0)));
};
