import { type BuildInputs, changeRecipe, type ChosenTaskserv, type LayerRecipe } from '@gild/contracts';

/** The package a taskserv takes its version from, on the distribution it is installed on. */
export const versionPackageOf = ({ installation, versionPackage }: ChosenTaskserv): string | undefined =>
  installation.version_package ?? versionPackage;

/** One taskserv as a layer of its own. A pin holds for the package the taskserv takes its version from. */
export const taskservRecipe = (taskserv: ChosenTaskserv, arch: BuildInputs['arch']): LayerRecipe => {
  const { name, installation, pin } = taskserv;
  const { packages, replaces, repositories, seeds, files, scripts, enable, disable } = installation;
  const carrier = versionPackageOf(taskserv);
  const others = packages.filter((each) => each !== carrier);
  const isPinned = pin !== undefined && carrier !== undefined;
  return changeRecipe(`taskserv:${name}`, {
    packages: isPinned ? [`${carrier}=${pin}`, ...others] : packages,
    ...(replaces === undefined ? {} : { replaces }),
    repositories,
    downloads: downloadsFor(arch, installation),
    seeds,
    files,
    scripts,
    enable,
    disable,
  });
};

const downloadsFor = (
  arch: BuildInputs['arch'],
  { downloads }: ChosenTaskserv['installation'],
): LayerRecipe['downloads'] =>
  downloads
    .filter((download) => download.arch === undefined || download.arch === arch)
    .map(({ url, sha256, path, mode }) => ({ url, sha256, path, mode }));
