import { type LayerTree, runStep, say } from '@gild/layer-steps';
import type { Bind } from '@gild/ports';
import type { LayerRecipe, RecipeFile, ResolvedLayer, Target } from '@gild/contracts';
import { releaseSources } from './apt-settings.js';
import type { PackageArchive } from './archives.js';
import { installFailure } from './failures.js';
import { DENY_SERVICES } from './install-packages.js';
import { archOf, defaultMirrors, releaseOf } from './releases.js';
import { parseStanzas, type Stanza } from './stanzas.js';
import type { Work } from './toolchain-options.js';

/** Unpacks archives over the links of a merged /usr; nothing is configured yet. */
export const EXTRACT = `set -eu
cd "$GILD_ROOT"
for folder in $1; do
  mkdir -p "usr/$folder"
  ln -s "usr/$folder" "$folder"
done
shift
for deb; do
  dpkg-deb --fsys-tarfile "/run/apt/repository/archives/$deb" | tar -x --keep-directory-symlink --numeric-owner -p
done
`;

/** Lets the unpacked dpkg install, properly this time, what it was unpacked from. */
export const CONFIGURE = `set -eu
${DENY_SERVICES}
touch /var/lib/dpkg/status /var/lib/dpkg/available
cd /run/apt/repository/archives
dpkg --force-depends --force-unsafe-io --force-confold --install "$@"
`;

type Candidate = { archive: PackageArchive; control: Stanza };

/** A dependency field as clauses of alternatives, without versions and architectures. */
const clauses = (field: string | undefined): string[][] =>
  (field ?? '')
    .split(',')
    .map((clause) => clause.split('|').map((name) => name.trim().split(/[\s(:]/)[0] ?? ''))
    .filter(([first]) => first !== '');

const isCalled =
  (name: string) =>
  ({ control }: Candidate) =>
    control.Package === name || clauses(control.Provides).some(([provided]) => provided === name);

/** What satisfies a clause: something chosen already, else the first alternative there is. */
const satisfy = (
  alternatives: readonly string[],
  chosen: ReadonlySet<Candidate>,
  all: readonly Candidate[],
): Candidate | undefined => {
  const candidates = alternatives.flatMap((name) => all.filter(isCalled(name)));
  return candidates.find((candidate) => chosen.has(candidate)) ?? candidates[0];
};

/** Essential packages, apt, and all they depend on: the smallest system that can install the others. */
export const minimalSet = (archives: readonly PackageArchive[]): PackageArchive[] => {
  const all = archives.map((archive) => ({ archive, control: parseStanzas(archive.control)[0] ?? {} }));
  const chosen = new Set(
    all.filter(({ control }) => control.Essential === 'yes' || control.Package === 'apt'),
  );
  for (const { control } of chosen) {
    for (const alternatives of [...clauses(control['Pre-Depends']), ...clauses(control.Depends)]) {
      const found = satisfy(alternatives, chosen, all);
      if (found) chosen.add(found);
    }
  }
  return all.filter((entry) => chosen.has(entry)).map(({ archive }) => archive);
};

const ownKeyrings = (target: Target) => {
  const { path } = releaseOf(target).keyring;
  return { main: path, security: path };
};

/** What no package brings but every system needs. */
export const foundationFiles = (target: Target): RecipeFile[] => [
  {
    path: `/etc/apt/sources.list.d/${target.distribution}.sources`,
    content: releaseSources(target, defaultMirrors(target), ownKeyrings(target)),
    mode: '0644',
  },
  { path: '/etc/resolv.conf', content: '', mode: '0644' },
  {
    path: '/etc/hosts',
    content:
      '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n',
    mode: '0644',
  },
];

/** Makes the smallest system that can install the rest of its layer by itself. */
export const bootstrap = async (
  work: Work,
  layer: {
    target: Target;
    recipe: LayerRecipe;
    resolved: ResolvedLayer;
    tree: LayerTree;
    archives: readonly PackageArchive[];
    binds: readonly Bind[];
  },
): Promise<void> => {
  const minimal = minimalSet(layer.archives).map(({ file }) => file);
  await say(work.context, `Unpacking the first ${minimal.length} packages`);
  const folders = archOf(layer.target).linkedFolders.join(' ');
  const extract = ['sh', '-c', EXTRACT, 'extract', folders, ...minimal];
  const extracted = await runStep(work, layer.tree, {
    argv: extract,
    root: 'host',
    binds: layer.binds,
  });
  if (extracted.exitCode !== 0) throw installFailure(layer.recipe.name, extracted.output);
  await say(
    work.context,
    "Installing them with the image's own dpkg, which warns of an order that only a first install has",
  );
  const configure = ['/bin/sh', '-c', CONFIGURE, 'configure', ...minimal];
  const configured = await runStep(work, layer.tree, { argv: configure, binds: layer.binds });
  if (configured.exitCode !== 0) throw installFailure(layer.recipe.name, configured.output);
};
