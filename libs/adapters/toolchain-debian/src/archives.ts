import { mkdtemp, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedPackage } from '@gild/contracts';
import { markUsed, megabytes, move, say, type WantedPackages } from '@gild/layer-steps';
import { digestPlainFile } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { archiveName } from './archive-name.js';
import { aptWorkspace, INDEX_AGE_MS, type AptWorkspace } from './apt-workspace.js';
import { fetchFailure } from './failures.js';
import { readControls } from './package-control.js';
import type { Work } from './toolchain-options.js';

/** A package at rest, named after its content; `control` is its control file, `sha256` the digest of the file. */
export type PackageArchive = {
  package: ResolvedPackage;
  file: string;
  control: string;
  sha256: string;
  sizeBytes: number;
};

/** One that cannot be read counts as not there: it is fetched and checked again, and a disk that keeps failing fails that write. */
const isIntact = async (folder: string, wanted: ResolvedPackage): Promise<boolean> =>
  (await digestPlainFile(folder, archiveName(wanted)).catch(() => undefined))?.sha256 === wanted.sha256;

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

/**
 * Takes what was downloaded into the store, each under the digest the plan names and as of use now; says what is missing or
 * different.
 */
const accept = async (
  { folder, nowMs, signal }: { folder: string; nowMs: number; signal: AbortSignal },
  download: string,
  wanted: readonly ResolvedPackage[],
): Promise<{ bytes: number; refused: string[] }> => {
  let bytes = 0;
  const refused: string[] = [];
  for (const one of wanted) {
    const { name, version, arch } = one;
    const file = `${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`;
    const found = await digestPlainFile(download, file, signal);
    if (found?.sha256 === one.sha256) {
      bytes += found.sizeBytes;
      const place = join(folder, archiveName(one));
      await move(join(download, file), place);
      // The file bears the mirror's time, which may be years ago.
      await markUsed(place, nowMs);
    } else
      refused.push(
        `${name} ${version}: expected sha256 ${one.sha256}, the mirror gave ${found?.sha256 ?? 'nothing'}`,
      );
  }
  return { bytes, refused };
};

const download = async (
  { options, context }: Work,
  apt: AptWorkspace,
  missing: readonly ResolvedPackage[],
): Promise<void> => {
  if (missing.length === 0) return;
  await say(context, `Downloading ${missing.length} packages`);
  const folder = await mkdtemp(join(context.workDir, 'download-'));
  const names = missing.map(({ name, version }) => `${name}=${version}`);
  const fetch = ['env', '-C', '/run/apt/download', 'apt-get', '-q', 'download', '--', ...names];
  const { exitCode, output } = await apt.run(fetch, { network: true, isLogged: true, download: folder });
  const nowMs = Date.parse(options.clock.now());
  const store = { folder: apt.archives, nowMs, signal: context.signal };
  const { bytes, refused } = await accept(store, folder, missing);
  await say(context, `Downloaded ${megabytes(bytes)}`);
  if (exitCode !== 0) throw gone(output) ?? fetchFailure('Downloading packages', output);
  if (refused.length > 0) throw new Fault('DOWNLOAD_MISMATCH', `${refused.join('; ')}.`);
};

/** Those that are not in the cache; the others are of use now. */
const missingOf = async (
  { options }: Work,
  apt: AptWorkspace,
  packages: readonly ResolvedPackage[],
): Promise<readonly ResolvedPackage[]> => {
  const missing: ResolvedPackage[] = [];
  const nowMs = Date.parse(options.clock.now());
  for (const one of packages) {
    if (await isIntact(apt.archives, one)) await markUsed(join(apt.archives, archiveName(one)), nowMs);
    else missing.push(one);
  }
  return missing;
};

const fetchMissing = async (work: Work, apt: AptWorkspace, packages: readonly ResolvedPackage[]) => {
  const missing = await missingOf(work, apt, packages);
  if (missing.length > 0) {
    await apt.refresh(INDEX_AGE_MS);
    await apt.onIndexes(async () => download(work, apt, await missingOf(work, apt, missing)));
  } else if (packages.length > 0) await say(work.context, `All ${packages.length} packages are in the cache`);
};

/** The archives of the packages, each with the digest the plan names: from the cache, else from the mirrors. */
export const fetchArchives = async (
  work: Work,
  wanted: WantedPackages,
): Promise<{ folder: string; archives: readonly PackageArchive[] }> => {
  const apt = await aptWorkspace(work, wanted);
  await fetchMissing(work, apt, wanted.packages);
  const controls = await readControls(apt, wanted.packages);
  const archives = await Promise.all(
    wanted.packages.map(async (one) => {
      const file = archiveName(one);
      const control = controls.get(one) ?? '';
      const { size: sizeBytes } = await stat(join(apt.archives, file));
      return { package: one, file, control, sha256: one.sha256, sizeBytes };
    }),
  );
  return { folder: apt.archives, archives };
};
