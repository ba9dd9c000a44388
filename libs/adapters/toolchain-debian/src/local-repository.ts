import { join } from 'node:path';
import type { Target } from '@gild/contracts';
import { readableFile, readableFolder } from '@gild/layer-steps';
import type { Bind } from '@gild/ports';
import { LATER } from './install-packages.js';
import type { Archives } from './opened-archives.js';
import { archOf } from './releases.js';

/** Settings of the image's own apt and dpkg while they install a layer's packages. */
export const imageSettings = (
  target: Target,
): string => `Dir::Etc::sourcelist "/run/apt/repository/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "/run/apt/lists";
Dir::Cache "/run/apt/cache";
Dir::Log "/run/apt/log";
APT::Architecture "${archOf(target).packageArch}";
APT::Architectures { "${archOf(target).packageArch}"; };
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Sandbox::User "root";
APT::Get::Assume-Yes "true";
APT::Get::allow-downgrades "true";
Acquire::Languages "none";
DPkg::Use-Pty "false";
DPkg::Path "/run/apt/repository/deferred:/usr/sbin:/usr/bin:/sbin:/bin";
DPkg::Options { "--force-unsafe-io"; "--force-confold"; };
`;

/**
 * A repository of exactly the packages a layer adds, so that the image's own apt can choose nothing else and needs
 * neither network nor indexes. Its entries carry the digests of the archives, which apt checks once more.
 */
export const localRepository = async (
  folder: string,
  target: Target,
  from: Archives,
): Promise<readonly Bind[]> => {
  const entries = from.archives.map(
    ({ file, control, sha256, sizeBytes }) =>
      `${control.trimEnd()}\nFilename: archives/${file}\nSize: ${sizeBytes}\nSHA256: ${sha256}\n`,
  );
  await readableFolder(folder);
  await readableFolder(join(folder, 'index'));
  await readableFile(join(folder, 'index', 'Packages'), entries.join('\n'));
  await readableFile(join(folder, 'sources.list'), 'deb [trusted=yes] file:/run/apt/repository index/\n');
  await readableFile(join(folder, 'apt.conf'), imageSettings(target));
  await readableFolder(join(folder, 'archives'));
  await readableFolder(join(folder, 'deferred'));
  await readableFile(join(folder, 'deferred', 'update-initramfs'), LATER, 0o755);
  return [
    { source: folder, target: '/run/apt/repository', readOnly: true },
    { source: from.folder, target: '/run/apt/repository/archives', readOnly: true },
  ];
};
