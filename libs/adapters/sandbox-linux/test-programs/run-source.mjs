// Lets a plain Node process of its own load the TypeScript sources, so that a test can kill it or change its user.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@gild/ports')
      return next(new URL('../../../ports/src/index.ts', import.meta.url).href, context);
    const isOwn = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return next(isOwn ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

const { linuxSandbox } = await import('../src/linux-sandbox.ts');
const spec = JSON.parse(process.argv[2]);
const { exitCode } = await linuxSandbox().run({
  ...spec,
  onOutput: (chunk) => void process.stdout.write(chunk),
});
process.exitCode = exitCode;
