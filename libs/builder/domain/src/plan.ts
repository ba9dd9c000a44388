import {
  type Arch,
  type BuildBase,
  type BuildInputs,
  changeRecipe,
  type GoldenImageConfig,
  type LayerRecipe,
  osRelease,
  type PlannedBoot,
  type Release,
  type ReleaseArch,
  signedLoaders,
} from '@gild/contracts';
import { isBootTested, plannedBoots } from './planned-boots.js';
import { applyConfig } from './recipes/apply-config.js';
import { applyOptimizations, optimizedFromTheStart } from './recipes/apply-optimizations.js';
import { applySecurityHardening } from './recipes/apply-security-hardening.js';
import { cleanup } from './recipes/cleanup.js';
import { isEmpty } from './recipes/empty-recipe.js';
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
export type ActionStep = {
  kind: 'action';
  name: ActionName;
  title: string;
  skipped: boolean;
  /** Of the boot test. */
  boots?: readonly PlannedBoot[];
};
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
  const { base_os: os, os_version: version } = inputs.definition;
  const release = osRelease(os, version);
  if (release === undefined) return [];
  return [...baseSteps(inputs), ...layerSteps(inputs, guest, release), ...actionSteps(inputs, bootTest)];
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
  release: Release,
): LayerStep[] => {
  const { steps } = definition;
  const isOnBase = on !== undefined;
  const whole = withStepsOf(on, definition);
  const target = { distribution: release.distribution, release: release.version, arch };
  const lean = whole.steps.apply_optimizations && (!isOnBase || hasStep(on, 'apply_optimizations'));
  const base = prepareBase(guest.recipe(target), { release, arch, isOnBase, lean });
  const updates = changeRecipe('update_packages', { upgrade: true });
  return [
    layer('base system', base, steps.prepare_base),
    layer('package updates', updates, steps.update_packages),
    layer('dependencies', dependencies(definition, release, arch), steps.install_dependencies),
    ...taskservs.map((taskserv) =>
      layer(taskserv.name, taskservRecipe(taskserv, arch), steps.install_taskservs),
    ),
    layer('configuration', applyConfig(definition, release, isOnBase), steps.apply_config),
    layer('security hardening', applySecurityHardening(whole, arch, release), steps.apply_security_hardening),
    layer('optimizations', applyOptimizations(whole, release, { lean }), steps.apply_optimizations),
    layer('clean-up', cleanup(definition, release), true),
  ];
};

/** The definition as if it asked for what its base was made with: settings both steps write must keep those of the base. */
const withStepsOf = (base: BuildBase | undefined, definition: GoldenImageConfig): GoldenImageConfig => {
  const { steps } = definition;
  return {
    ...definition,
    steps: {
      ...steps,
      apply_security_hardening: steps.apply_security_hardening || hasStep(base, 'apply_security_hardening'),
      apply_optimizations: steps.apply_optimizations || hasStep(base, 'apply_optimizations'),
    },
  };
};

const hasStep = (base: BuildBase | undefined, name: string): boolean =>
  base?.layers.some(({ step }) => step === name) ?? false;

const layer = (title: string, recipe: LayerRecipe, wanted: boolean): LayerStep => ({
  kind: 'layer',
  name: recipe.name,
  title,
  recipe,
  wanted,
  skipped: !wanted || isEmpty(recipe),
});

/** `lean`: without what optimizing leaves out, so that it is neither unpacked nor put into an initial RAM disk first. */
type BaseSystem = { release: Release; arch: Arch; isOnBase: boolean; lean: boolean };

/** On a base image the same is brought up to date that makes a root file system otherwise. */
const prepareBase = (guest: GuestRecipe, { release, arch, isOnBase, lean }: BaseSystem): LayerRecipe => ({
  ...changeRecipe('prepare_base', {
    packages: [
      ...new Set([...release.packages.base, ...release.packages.system, ...machinePackages(release, arch)]),
    ].sort(),
    seeds: lean && !isOnBase ? optimizedFromTheStart(release) : [],
    files: guest.files,
    enable: guest.enable,
    disable: guest.disable,
  }),
  kind: isOnBase ? 'change' : 'bootstrap',
});

const machinePackages = ({ distribution, version, arches }: Release, arch: Arch): readonly string[] => {
  const machine = arches[arch];
  const signed = signedLoaders(distribution, version, arch);
  return machine === undefined ? [] : [machine.kernel, ...machine.bootLoaders, ...(signed?.packages ?? [])];
};

const dependencies = (
  definition: GoldenImageConfig,
  { packages, arches }: Release,
  arch: Arch,
): LayerRecipe =>
  changeRecipe('install_dependencies', {
    packages: [
      // Here rather than in the configuration, which is made anew whenever a taskserv before it changes.
      ...(definition.auto_updates ? packages.automaticUpdates : []),
      ...(definition.include_dev_tools ? packages.devTools : []),
      ...(definition.include_kernel_headers ? headersOf(arches[arch]) : []),
    ],
  });

const headersOf = (arch: ReleaseArch | undefined): readonly string[] =>
  arch === undefined ? [] : [arch.kernelHeaders];

const actionSteps = (inputs: Inputs, bootTest: boolean): ActionStep[] => {
  const { steps } = inputs.definition;
  const isBooted = isBootTested(inputs.definition, bootTest);
  return [
    action('disk', 'disk image', true),
    { ...action('boot_test', 'boot test', isBooted), boots: plannedBoots(inputs) },
    action('checksums', 'checksums', steps.generate_checksums),
    action('verify', 'verification', steps.verify_image),
    action('upload', 'storing', true),
  ];
};

const action = (name: ActionName, title: string, wanted: boolean): ActionStep => ({
  kind: 'action',
  name,
  title,
  skipped: !wanted,
});
