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
const { caps, ...spec } = JSON.parse(process.argv[2]);
const ended = await linuxSandbox({ caps })
  .run({ ...spec, onOutput: (chunk) => void process.stdout.write(chunk) })
  .catch((fault) => {
    process.stdout.write(`${fault.code}\n`);
    return { exitCode: 1 };
  });
process.exitCode = ended.exitCode;
