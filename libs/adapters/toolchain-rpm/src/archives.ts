import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedPackage } from '@gild/contracts';
import { markUsed, megabytes, move, readableFolder, say, type WantedPackages } from '@gild/layer-steps';
import { digestPlainFile } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { archiveName } from './archive-name.js';
import { dnfWorkspace, INDEX_AGE_MS, type DnfWorkspace } from './dnf-workspace.js';
import { checkSignatures } from './signatures.js';
import type { Work } from './toolchain-options.js';

/** Packages at rest, named after their content and signed as they should be; `epoch`: when the newest was made. */
export type PackageArchives = { folder: string; files: readonly string[]; epoch: number };

/** One that cannot be read counts as not there: it is fetched and checked again, and a disk that keeps failing fails that write. */
const isIntact = async (folder: string, wanted: ResolvedPackage): Promise<boolean> =>
  (await digestPlainFile(folder, archiveName(wanted)).catch(() => undefined))?.sha256 === wanted.sha256;

/** Takes what was downloaded into the store, each under the digest the plan names and as of use now. */
const accept = async (
  { folder, nowMs, signal }: { folder: string; nowMs: number; signal: AbortSignal },
  download: string,
  wanted: readonly ResolvedPackage[],
): Promise<number> => {
  let bytes = 0;
  const missing = new Map(wanted.map((one) => [one.sha256, one]));
  for (const name of await readdir(download)) {
    const found = await digestPlainFile(download, name, signal);
    const one = found && missing.get(found.sha256);
    if (!one) continue;
    bytes += found.sizeBytes;
    const place = join(folder, archiveName(one));
    await move(join(download, name), place);
    await markUsed(place, nowMs);
    missing.delete(found.sha256);
  }
  if (missing.size === 0) return bytes;
  const refused = [...missing.values()].map(({ name, version, sha256 }) => `${name} ${version} (${sha256})`);
  throw new Fault(
    'DOWNLOAD_MISMATCH',
    `The mirror gave other files than its index names, for ${refused.join(', ')}.`,
  );
};

const fetchMissing = async (
  { options, context }: Work,
  dnf: DnfWorkspace,
  missing: readonly ResolvedPackage[],
): Promise<void> => {
  await dnf.refresh(INDEX_AGE_MS);
  await say(context, `Downloading ${missing.length} packages`);
  const download = await readableFolder(await mkdtemp(join(context.workDir, 'download-')));
  await dnf.ask(
    'Downloading packages',
    { action: 'download', packages: missing },
    { network: true, binds: [{ source: download, target: '/run/rpm/download' }] },
  );
  const nowMs = Date.parse(options.clock.now());
  const store = { folder: dnf.archives, nowMs, signal: context.signal };
  await say(context, `Downloaded ${megabytes(await accept(store, download, missing))}`);
};

/** The archives of the packages, each with the digest the plan names: from the cache, else from the mirrors. */
export const fetchArchives = async (work: Work, wanted: WantedPackages): Promise<PackageArchives> => {
  const dnf = await dnfWorkspace(work, wanted);
  const missing: ResolvedPackage[] = [];
  const nowMs = Date.parse(work.options.clock.now());
  for (const one of wanted.packages) {
    if (await isIntact(dnf.archives, one)) await markUsed(join(dnf.archives, archiveName(one)), nowMs);
    else missing.push(one);
  }
  if (missing.length > 0) await fetchMissing(work, dnf, missing);
  else if (wanted.packages.length > 0)
    await say(work.context, `All ${wanted.packages.length} packages are in the cache`);
  const epoch = await checkSignatures(work, dnf, wanted.packages);
  return { folder: dnf.archives, files: wanted.packages.map(archiveName), epoch };
};
