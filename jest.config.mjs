// One Jest process per kind of test: the suffix of a spec says what it costs.
import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { dirname } from 'node:path';

const workspaces = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')).workspaces;
const sources = Object.fromEntries(
  globSync(workspaces.map((pattern) => `${pattern}/package.json`)).map((file) => [
    `^${JSON.parse(readFileSync(file, 'utf8')).name}$`,
    `<rootDir>/${dirname(file)}/src/index.ts`,
  ]),
);

const kind = (displayName, suffix) => ({
  displayName,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testMatch: [`**/src/**/*.${suffix}.spec.ts`, `<rootDir>/test/**/*.${suffix}.spec.ts`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { ...sources, '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      },
    ],
  },
});

// By default Jest leaves one core idle: half of the machines this is developed on.
export default {
  maxWorkers: '100%',
  testSequencer: '<rootDir>/tools/longest-first.mjs',
  projects: [kind('unit', 'unit'), kind('int', 'int'), kind('e2e', 'e2e')],
};
