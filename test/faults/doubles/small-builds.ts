/**
 * Loaded before a builder's own modules: everything of the agent stays as it is but for what makes an image so large, its
 * packages and its disk.
 */
import { registerHooks } from 'node:module';

const doubles: Readonly<Record<string, string>> = {
  '@gild/toolchain-debian': './small-toolchain.js',
  '@gild/disk-image': './small-disk.js',
  '@gild/object-store-directory': './failing-objects.js',
};

registerHooks({
  resolve: (specifier, context, next) => {
    const double = context.parentURL?.includes('/faults/doubles/') === true ? undefined : doubles[specifier];
    return double === undefined
      ? next(specifier, context)
      : { url: new URL(double, import.meta.url).href, shortCircuit: true };
  },
});
