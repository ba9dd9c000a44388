// What deciders, contracts, ports and use cases may not touch, each with what to use in its place.
import { builtinModules } from 'node:module';

const port = (name) => `Take it through the port ${name}.`;
const clock = 'Time arrives as data: an ISO string in the command, or the port Clock.';
const timers = 'Waiting belongs to adapters and apps: use the port Clock.';
const randomness = 'Ids and randomness arrive as data: in the command, or from the app that calls.';

const globals = {
  Date: clock,
  performance: clock,
  Temporal: clock,
  setTimeout: timers,
  setInterval: timers,
  setImmediate: timers,
  crypto: `${randomness} Hashing arrives as a function.`,
  process: 'Settings arrive as data from the composition root.',
  fetch: port('that names what is wanted'),
  WebSocket: port('that names what is wanted'),
  console: 'Return what happened as a value: the edge logs it.',
  Buffer: 'Use Uint8Array, TextEncoder and TextDecoder.',
  require: 'Use import.',
  globalThis: 'Name what you need: it then is checked like any other global.',
};

export const deepImports = {
  regex: '^@gild/[^/]+/.+',
  message: 'Import from the package itself: what its index.ts does not name is private.',
};

const nodeModules = {
  regex: `^(node:.*|(${builtinModules.filter((name) => !name.startsWith('_')).join('|')}))$`,
  message:
    'This layer knows no platform: take it through a port (libs/ports), and adapt it in libs/adapters.',
};

const nest = { regex: '^@nestjs/', message: 'NestJS stays at the edges, in apps/.' };

export const pureRules = {
  'no-restricted-globals': [
    'error',
    ...Object.entries(globals).map(([name, message]) => ({ name, message })),
  ],
  'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: randomness }],
  'no-restricted-imports': ['error', { patterns: [deepImports, nodeModules, nest] }],
};

/** Adapters know the platform, but not the framework of the apps. */
export const adapterRules = { 'no-restricted-imports': ['error', { patterns: [deepImports, nest] }] };
