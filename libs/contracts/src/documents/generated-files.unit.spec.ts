import { readdirSync, readFileSync } from 'node:fs';

const ROOT = `${import.meta.dirname}/../../../../`;

type Generator = { generatedFiles: () => ReadonlyMap<string, string> };

// The generator is a script of the workspace, not of this package: its path is no concern of the compiler.
const generator = (await import(`${ROOT}tools/generate-schemas.mjs`)) as Generator;

describe('the generated files', () => {
  it('are committed as the schemas have them (else: npx tsc -b && node tools/generate-schemas.mjs)', () => {
    const generated = [...generator.generatedFiles()];
    expect(generated.map(([path]) => [path, readFileSync(`${ROOT}${path}`, 'utf8')])).toStrictEqual(
      generated,
    );
  });

  it('are all the schemas there are', () =>
    expect(readdirSync(`${ROOT}docs/generated/schemas`).sort()).toStrictEqual(
      [...generator.generatedFiles().keys()]
        .filter((path) => path.endsWith('.schema.json'))
        .map((path) => path.replace('docs/generated/schemas/', ''))
        .sort(),
    ));
});
