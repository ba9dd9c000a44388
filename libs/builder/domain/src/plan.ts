import type { BuildBase, BuildInputs, GoldenImageConfig, LayerRecipe } from '@gild/contracts';
import { applyConfig } from './recipes/apply-config.js';
import { cleanup } from './recipes/cleanup.js';
import { type DistributionPackages, distributionPackages } from './recipes/distribution-packages.js';
import { changeRecipe, isEmpty } from './recipes/empty-recipe.js';
import type { GuestParts, GuestRecipe } from './recipes/guest-parts.js';
import { taskservRecipe } from './recipes/taskserv-recipe.js';

/** A step that makes a layer. `skipped`: it is not wanted, which is the definition's to say, or it has nothing to do. */
export type LayerStep = {
  kind: 'layer';
  name: string;
  title: string;
  recipe: LayerRecipe;
  wanted: boolean;
  skipped: boolean;
};

/** The step that takes the layers of another image as they are. */
export type BaseStep = { kind: 'base'; name: 'base_image'; title: string; base: BuildBase; skipped: false };

/** A step that works on the finished tree or disk. */
export type ActionStep = { kind: 'action'; name: ActionName; title: string; skipped: boolean };
export type ActionName = 'disk' | 'boot_test' | 'checksums' | 'verify' | 'upload';
export type PlanStep = BaseStep | LayerStep | ActionStep;

type Inputs = BuildInputs & { definition: GoldenImageConfig };

/**
 * The ordered steps of a build (product document §3), as data: what it starts from, layers from the most stable to the least, then the
 * disk and what proves it. The same inputs always give the same plan. Empty when nothing here can build the release.
 */
export const planSteps = (
  inputs: Inputs,
  guest: GuestParts,
  { bootTest }: { bootTest: boolean },
): readonly PlanStep[] => {
  const { base_os: os, os_version: release } = inputs.definition;
  const packages = distributionPackages(os, release);
  if (packages === undefined) return [];
  return [
    ...baseSteps(inputs),
    ...layerSteps(inputs, guest, packages),
    ...actionSteps(inputs.definition, bootTest),
  ];
};

const baseSteps = ({ base }: Inputs): BaseStep[] =>
  base === undefined
    ? []
    : [
        {
          kind: 'base',
          name: 'base_image',
          title: `base image ${base.imageName} ${base.version}`,
          base,
          skipped: false,
        },
      ];

const layerSteps = (
  { definition, taskservs, arch, base: on }: Inputs,
  guest: GuestParts,
  packages: DistributionPackages,
): LayerStep[] => {
  const { steps } = definition;
  const isOnBase = on !== undefined;
  const base = prepareBase(guest.recipe(arch), packages, isOnBase);
  const updates = changeRecipe('update_packages', { upgrade: true });
  return [
    layer('base system', base, steps.prepare_base),
    layer('package updates', updates, steps.update_packages),
    layer(
      'dependencies',
      dependencies(definition, packages.kernelHeaders[arch], packages),
      steps.install_dependencies,
    ),
    ...taskservs.map((taskserv) => layer(taskserv.name, taskservRecipe(taskserv), steps.install_taskservs)),
    layer('configuration', applyConfig(definition, packages, isOnBase), steps.apply_config),
    // Both are refused when asked for, and recorded as skipped until then.
    layer('security hardening', changeRecipe('apply_security_hardening', {}), false),
    layer('optimizations', changeRecipe('apply_optimizations', {}), false),
    layer('clean-up', cleanup(definition), true),
  ];
};

const layer = (title: string, recipe: LayerRecipe, wanted: boolean): LayerStep => ({
  kind: 'layer',
  name: recipe.name,
  title,
  recipe,
  wanted,
  skipped: !wanted || isEmpty(recipe),
});

/** On a base image the same is brought up to date that makes a root file system otherwise. */
const prepareBase = (guest: GuestRecipe, packages: DistributionPackages, isOnBase: boolean): LayerRecipe => ({
  ...changeRecipe('prepare_base', {
    packages: [...new Set([...packages.base, ...guest.packages])].sort(),
    files: guest.files,
    enable: guest.enable,
    disable: guest.disable,
  }),
  kind: isOnBase ? 'change' : 'bootstrap',
});

const dependencies = (
  definition: GoldenImageConfig,
  headers: readonly string[],
  packages: DistributionPackages,
): LayerRecipe =>
  changeRecipe('install_dependencies', {
    packages: [
      // Here rather than in the configuration, which is made anew whenever a taskserv before it changes.
      ...(definition.auto_updates ? packages.automaticUpdates : []),
      ...(definition.include_dev_tools ? packages.devTools : []),
      ...(definition.include_kernel_headers ? headers : []),
    ],
  });

const actionSteps = ({ steps }: GoldenImageConfig, bootTest: boolean): ActionStep[] => [
  action('disk', 'disk image', true),
  action('boot_test', 'boot test', steps.run_tests && bootTest),
  action('checksums', 'checksums', steps.generate_checksums),
  action('verify', 'verification', steps.verify_image),
  action('upload', 'storing', true),
];

const action = (name: ActionName, title: string, wanted: boolean): ActionStep => ({
  kind: 'action',
  name,
  title,
  skipped: !wanted,
});
