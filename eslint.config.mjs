// House style as errors; nothing in the sources can switch a rule off. Run it with `npm run lint`.
import { readCachedProjectGraph } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { boundaries } from './tools/lint/boundaries.mjs';
import { adapterRules, deepImports, pureRules } from './tools/lint/purity.mjs';

// Without the project graph the boundary rule would only warn that it is skipped: here this throws instead.
const projects = Object.values(readCachedProjectGraph().nodes).map(({ data }) => data);

const sourcesOf = (...layers) =>
  projects
    .filter(({ tags = [] }) => layers.some((layer) => tags.includes(`layer:${layer}`)))
    .map(({ root }) => `${root}/**/*.ts`);

const sources = ['**/*.ts'];
const specs = [
  '**/*.spec.ts',
  '**/{test-programs,process-tests}/**/*.ts',
  'test/{e2e,faults,bench,launcher}/**/*.ts',
];
const testCode = [...specs, '**/*.contract.ts', 'libs/testing/**'];

const lines = (max) => ['error', { max, skipBlankLines: true, skipComments: true }];
const size = {
  'max-lines': lines(200),
  'max-lines-per-function': lines(40),
  // A decider's switch over its commands counts once, however many commands there are.
  complexity: ['error', { max: 8, variant: 'modified' }],
  'max-depth': ['error', 3],
  '@typescript-eslint/max-params': ['error', { max: 3 }],
};

const shape = {
  'no-restricted-imports': ['error', { patterns: [deepImports] }],
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
    { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
    {
      selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
      message: 'Parse it (zod) or narrow it: a double cast hides what the value is.',
    },
    {
      selector:
        'CallExpression[callee.object.name=/^(it|test|describe)$/][callee.property.name=/^(only|skip|todo)$/]',
      message: 'Every test runs, or is deleted. What the host lacks may choose between it and it.skip.',
    },
  ],
  eqeqeq: 'error',
  'no-console': 'error',
};

const typed = {
  'consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
  'switch-exhaustiveness-check': 'error',
  'no-extraneous-class': ['error', { allowWithDecorator: true }],
  'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  'restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  // Ports answer with promises, also where an adapter has nothing to wait for.
  'require-await': 'off',
  // Ports and their adapters are objects of functions without `this`.
  'unbound-method': 'off',
  // Calls what a callback or a signal changes meanwhile impossible.
  'no-unnecessary-condition': 'off',
  // Matters of taste, or of other people's class hierarchies.
  'no-confusing-void-expression': 'off',
  'no-misused-spread': 'off',
  'no-unnecessary-type-parameters': 'off',
  'no-unsafe-class-instance-assignment': 'off',
  'no-useless-default-assignment': 'off',
  'use-unknown-in-catch-callback-variable': 'off',
};

// Matchers and parsed output are `any` by nature; a wrong use of one fails its test.
const typedInTests = {
  'no-unsafe-argument': 'off',
  'no-unsafe-assignment': 'off',
  'no-unsafe-call': 'off',
  'no-unsafe-member-access': 'off',
  'no-unsafe-return': 'off',
};

const typescript = (rules) =>
  Object.fromEntries(Object.entries(rules).map(([name, level]) => [`@typescript-eslint/${name}`, level]));

export default defineConfig(
  { ignores: ['**/dist/', '.nx/', 'docs/generated/', 'test/gate/{broken,sound}/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: sources,
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...size,
      ...shape,
      ...typescript(typed),
      '@nx/enforce-module-boundaries': boundaries({ specs: false }),
    },
  },
  { files: sourcesOf('domain', 'ports', 'application'), ignores: testCode, rules: pureRules },
  {
    files: sourcesOf('infrastructure', 'platform'),
    // What ties NestJS to the bus; every other adapter would compile without the framework.
    ignores: ['libs/adapters/transport-*/**'],
    rules: adapterRules,
  },
  {
    files: testCode,
    rules: {
      'max-lines': lines(400),
      'max-lines-per-function': 'off',
      'no-console': 'off',
      ...typescript(typedInTests),
    },
  },
  {
    files: specs,
    rules: {
      '@nx/enforce-module-boundaries': boundaries({ specs: true }),
    },
  },
  {
    files: ['**/*.mjs'],
    rules: { ...size, '@typescript-eslint/max-params': 'off', 'max-params': ['error', 3] },
  },
);
