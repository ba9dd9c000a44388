import type { ChosenTaskserv, LayerRecipe } from '@gild/contracts';
import { changeRecipe } from './empty-recipe.js';

/** The package a taskserv takes its version from, on the distribution it is installed on. */
export const versionPackageOf = ({ installation, versionPackage }: ChosenTaskserv): string =>
  installation.version_package ?? versionPackage;

/** One taskserv as a layer of its own. A pin holds for the package the taskserv takes its version from. */
export const taskservRecipe = (taskserv: ChosenTaskserv): LayerRecipe => {
  const { name, installation, pin } = taskserv;
  const { packages, repositories, downloads, seeds, files, scripts, enable, disable } = installation;
  const carrier = versionPackageOf(taskserv);
  const others = packages.filter((each) => each !== carrier);
  return changeRecipe(`taskserv:${name}`, {
    packages: pin === undefined ? packages : [`${carrier}=${pin}`, ...others],
    repositories,
    downloads,
    seeds,
    files,
    scripts,
    enable,
    disable,
  });
};
