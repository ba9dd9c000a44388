import { copyFile, mkdtemp, readFile, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExtraRepository, ResolvedPackage, Target } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { aptWorkspace, INDEX_AGE_MS, type AptWorkspace } from './apt-workspace.js';
import { digestFile } from './digest-file.js';
import { fetchFailure } from './failures.js';
import { megabytes, say } from './output-tail.js';
import type { Work } from './toolchain-options.js';

/** A package at rest, named after its content; `control` is its control file. */
export type PackageArchive = { package: ResolvedPackage; file: string; control: string; sizeBytes: number };

const SHORT = 12;

/** What an index may call a package: it becomes a file's name, and a word for tools of the host. */
const SOUND = /^[a-z0-9][a-z0-9+.-]* [A-Za-z0-9][A-Za-z0-9.+:~-]* [a-z0-9-]+ [0-9a-f]{64}$/;

export const archiveName = ({ name, version, arch, sha256 }: ResolvedPackage): string => {
  const entry = `${name} ${version} ${arch} ${sha256}`;
  if (!SOUND.test(entry))
    throw new Fault('REPOSITORY_UNTRUSTED', `An index has an entry no package can have: ${entry}`);
  return `${name}_${version.replaceAll(':', '%3a')}_${arch}.${sha256.slice(0, SHORT)}.deb`;
};

const isIntact = async (folder: string, wanted: ResolvedPackage): Promise<boolean> =>
  (await digestFile(join(folder, archiveName(wanted))).catch(() => '')) === wanted.sha256;

const gone = (output: string): Fault | undefined => {
  const missing = /Version ['‘](.+?)['’] for ['‘](.+?)['’] was not found/.exec(output);
  return missing
    ? new Fault(
        'MIRROR_UNREACHABLE',
        `The mirror no longer has ${missing[2]} ${missing[1]}: it moved on after this build was planned. Plan again.`,
        { retryable: true },
      )
    : undefined;
};

/** Moves a file, also to another file system. */
const move = async (from: string, to: string): Promise<void> => {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await copyFile(from, `${to}.part`);
    await rename(`${to}.part`, to);
  });
};

/** Takes what was downloaded into the store, each under the digest the plan names; says what is missing or different. */
const accept = async (
  folder: string,
  download: string,
  wanted: readonly ResolvedPackage[],
): Promise<{ bytes: number; refused: string[] }> => {
  let bytes = 0;
  const refused: string[] = [];
  for (const one of wanted) {
    const { name, version, arch } = one;
    const file = join(download, `${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`);
    const found = await digestFile(file).catch(() => 'nothing');
    if (found === one.sha256) {
      bytes += (await stat(file)).size;
      await move(file, join(folder, archiveName(one)));
    } else refused.push(`${name} ${version}: expected sha256 ${one.sha256}, the mirror gave ${found}`);
  }
  return { bytes, refused };
};

const fetchMissing = async ({ context }: Work, apt: AptWorkspace, missing: readonly ResolvedPackage[]) => {
  await apt.refresh(INDEX_AGE_MS);
  await say(context, `Downloading ${missing.length} packages`);
  const download = await mkdtemp(join(context.workDir, 'download-'));
  const names = missing.map(({ name, version }) => `${name}=${version}`);
  const fetch = ['env', '-C', '/run/apt/download', 'apt-get', '-q', 'download', '--', ...names];
  const { exitCode, output } = await apt.run(fetch, { network: true, isLogged: true, download });
  const { bytes, refused } = await accept(apt.archives, download, missing);
  await say(context, `Downloaded ${megabytes(bytes)}`);
  if (exitCode !== 0) throw gone(output) ?? fetchFailure('Downloading packages', output);
  if (refused.length > 0) throw new Fault('DOWNLOAD_MISMATCH', `${refused.join('; ')}.`);
};

const READ_CONTROL =
  'cd /run/apt/archives && for deb; do part=$(mktemp "$deb.XXXXXX") && dpkg-deb --field "$deb" >"$part" && mv "$part" "$deb.control" || exit 1; done';

const readControl = async (apt: AptWorkspace, wanted: readonly ResolvedPackage[]): Promise<void> => {
  const present = new Set(await readdir(apt.archives));
  const names = wanted.map(archiveName).filter((name) => !present.has(`${name}.control`));
  if (names.length === 0) return;
  const { exitCode, output } = await apt.run(['sh', '-c', READ_CONTROL, 'sh', ...names]);
  if (exitCode !== 0)
    throw new Fault('PACKAGE_FAILED', `A package's control file cannot be read: ${output.trim()}`);
};

/** The archives of the packages, each with the digest the plan names: from the cache, else from the mirrors. */
export const fetchArchives = async (
  work: Work,
  wanted: { target: Target; repositories: readonly ExtraRepository[]; packages: readonly ResolvedPackage[] },
): Promise<{ folder: string; archives: readonly PackageArchive[] }> => {
  const apt = await aptWorkspace(work, wanted);
  const missing: ResolvedPackage[] = [];
  for (const one of wanted.packages) if (!(await isIntact(apt.archives, one))) missing.push(one);
  if (missing.length > 0) await fetchMissing(work, apt, missing);
  else if (wanted.packages.length > 0)
    await say(work.context, `All ${wanted.packages.length} packages are in the cache`);
  await readControl(apt, wanted.packages);
  const archives = await Promise.all(
    wanted.packages.map(async (one) => {
      const file = archiveName(one);
      const control = await readFile(join(apt.archives, `${file}.control`), 'utf8');
      return { package: one, file, control, sizeBytes: (await stat(join(apt.archives, file))).size };
    }),
  );
  return { folder: apt.archives, archives };
};
