import { join } from 'node:path';
import type { SignedLoaders } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { BOOT_PLATFORMS } from './boot-loader.js';
import { LAYOUT } from './disk-layout.js';
import type { EfiFile } from './efi-partition.js';
import { LOADER_SCRIPT } from './loader-script.js';
import { MADE, rootUuid, runInside, type ReadyTree, type Workshop } from './root-file-system.js';
import { readResult } from './sandbox-result.js';

const BOOT = '/EFI/BOOT';

/** What a boot loader needs is far smaller than the partition; what is larger is none. */
const LARGEST = LAYOUT.esp.size / 4;

const readLoader = (path: string): Promise<Buffer> => readResult(path, LARGEST);

/** The names of the loaders found in the tree, copied to where the host can read them. */
const copiedLoaders = async (
  shop: Workshop,
  { lower }: ReadyTree,
  { files }: SignedLoaders,
): Promise<ReadonlySet<string>> => {
  const words = files.flatMap(({ name, paths }) => paths.map((path) => `${name}=${path}`));
  const run = {
    argv: ['/bin/sh', '-c', LOADER_SCRIPT, 'signed-loaders', MADE, ...words],
    lower,
    binds: [{ source: shop.made, target: MADE }],
    idleLimitMs: shop.context.idleLimitMs,
  };
  await runInside(shop, run, () => false);
  const text = await readResult(join(shop.made, 'loaders'), LARGEST);
  return new Set(text.toString().split('\n'));
};

const signedFiles = async (shop: Workshop, tree: ReadyTree, signed: SignedLoaders): Promise<EfiFile[]> => {
  const copied = await copiedLoaders(shop, tree, signed);
  const files: EfiFile[] = [];
  for (const { name, paths, optional } of signed.files) {
    if (copied.has(name))
      files.push({ path: `${BOOT}/${name}`, bytes: await readLoader(join(shop.made, name)) });
    else if (optional !== true)
      throw new Fault(
        'TOOL_FAILED',
        `The tree should hold a loader signed for Secure Boot as an ordinary file ${paths.join(' or ')}, and does not.`,
      );
  }
  const bytes = Buffer.from(grubStub(rootUuid(shop.spec)));
  return [...files, { path: `/EFI/${signed.folder}/grub.cfg`, bytes }];
};

/** The signed GRUB knows only the partition it was started from; the real grub.cfg lies in the root file system. */
const grubStub = (uuid: string): string =>
  [
    `search --no-floppy --fs-uuid --set=root ${uuid}`,
    'set prefix=($root)/boot/grub',
    'configfile $prefix/grub.cfg',
    '',
  ].join('\n');

/** The files of the EFI system partition: the release's signed loaders where it has them, else the GRUB made from the tree. */
export const uefiLoaders = async (shop: Workshop, tree: ReadyTree): Promise<readonly EfiFile[]> => {
  const { signedLoaders, arch } = shop.spec;
  if (signedLoaders !== undefined) return signedFiles(shop, tree, signedLoaders);
  const { target, file } = BOOT_PLATFORMS[arch].uefi;
  return [{ path: `${BOOT}/${file}`, bytes: await readLoader(join(shop.made, `${target}.img`)) }];
};
