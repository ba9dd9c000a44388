import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { readableFile, readableFolder, wholeOutput } from '@gild/layer-steps';
import { Fault } from '@gild/ports';
import type { Work } from './toolchain-options.js';

/** Says of every package whether it is signed with one of the keys, and then when each was made; its exit code is only of the keys. */
const CHECK = `cd /run/rpm/packages
for key in /run/rpm/keys/*; do rpmkeys --dbpath=/tmp/keys --import "$key" || exit 3; done
rpmkeys --dbpath=/tmp/keys --define '_pkgverify_level all' --checksig -- "$@" 2>&1
rpm --dbpath=/tmp/keys --nosignature --nodigest -q --queryformat 'made %{BUILDTIME}\\n' -p -- "$@" 2>/dev/null
exit 0
`;

const NOT_A_KEY = 3;

/**
 * Checks that every package is whole and signed with one of the keys, whichever repository it is from, and says when the
 * newest was made. Fault: REPOSITORY_UNTRUSTED.
 */
export const checkSignatures = async (
  { options, context }: Work,
  wanted: { folder: string; files: readonly string[]; keys: readonly string[] },
): Promise<number> => {
  if (wanted.files.length === 0) return 0;
  const keys = await readableFolder(await mkdtemp(join(context.workDir, 'keys-')));
  for (const [index, key] of wanted.keys.entries()) await readableFile(join(keys, `${index}.asc`), key);
  const output = wholeOutput('rpmkeys');
  const { exitCode } = await options.sandbox.run({
    argv: ['sh', '-c', CHECK, 'check', ...wanted.files],
    lower: [],
    root: 'host',
    binds: [
      { source: keys, target: '/run/rpm/keys', readOnly: true },
      { source: wanted.folder, target: '/run/rpm/packages', readOnly: true },
    ],
    onOutput: output.add,
    idleLimitMs: context.idleLimitMs,
    signal: context.signal,
  });
  const lines = output.text().split('\n');
  if (exitCode === NOT_A_KEY)
    throw new Fault(
      'REPOSITORY_UNTRUSTED',
      `A repository's key is none that rpm can read:\n${output.text()}`,
    );
  const good = new Set(lines);
  const bad = wanted.files.filter((file) => !good.has(`${file}: digests signatures OK`));
  if (bad.length > 0) throw untrusted(bad, lines);
  return Math.max(...lines.map((line) => Number(/^made (\d+)$/.exec(line)?.[1] ?? 0)));
};

const untrusted = (bad: readonly string[], lines: readonly string[]): Fault => {
  const [first = ''] = bad;
  const said = lines.filter((line) => line.includes(first)).join('\n');
  return new Fault(
    'REPOSITORY_UNTRUSTED',
    `${bad.length} packages are not signed with any pinned key of the layer's repositories, ${first} first. rpm says:\n${said}`,
  );
};
