// The dependency rule of the architecture, over the tags each project carries in its package.json.
// Constraints of several tags must all hold: a project's layer says how deep it may reach, its scope how wide.

const inward = {
  domain: ['layer:domain'],
  ports: ['layer:domain', 'layer:ports'],
  application: ['layer:domain', 'layer:ports', 'layer:application'],
  // What several adapters need of the platform: the clock, programs of the host, telling whose a temporary file is.
  platform: ['layer:domain', 'layer:ports', 'layer:platform'],
  infrastructure: ['layer:domain', 'layer:ports', 'layer:platform'],
  testing: ['layer:domain', 'layer:ports', 'layer:testing'],
  // NestJS controllers and modules of a context: what the embedded farm and the separate services share.
  edge: [
    'layer:domain',
    'layer:ports',
    'layer:application',
    'layer:infrastructure',
    'layer:platform',
    'layer:edge',
  ],
  // An app of the farm never reaches another one (its scope forbids it); the embedded farm composes them all.
  interface: [
    'layer:domain',
    'layer:ports',
    'layer:application',
    'layer:infrastructure',
    'layer:platform',
    'layer:edge',
    'layer:interface',
  ],
};

// What a layer may take from npm. Adapters and apps may take any package that the root package.json lists.
const parsers = ['yaml', 'semver'];
const packages = { domain: ['zod', ...parsers], ports: ['zod'], application: ['zod', ...parsers] };
const packagesOfSpecs = ['fast-check', 'ajv', 'ajv/**', '@jest/globals'];

const contexts = ['registry', 'scheduler', 'builder', 'cache', 'gateway', 'proof', 'vm'];
// The registry's service runs the notary, and answers for it; it keeps the record of hosts' caches.
const hosts = { registry: ['scope:proof', 'scope:cache'] };

const layer = (name, { specs }) => ({
  sourceTag: `layer:${name}`,
  onlyDependOnLibsWithTags: specs
    ? [...inward[name], 'layer:testing', 'layer:infrastructure', 'layer:platform']
    : inward[name],
  ...(packages[name] && {
    allowedExternalImports: specs ? [...packages[name], ...packagesOfSpecs] : packages[name],
  }),
});

const scopes = [
  { sourceTag: 'scope:shared', onlyDependOnLibsWithTags: ['scope:shared'] },
  ...contexts.map((context) => ({
    sourceTag: `scope:${context}`,
    onlyDependOnLibsWithTags: [`scope:${context}`, 'scope:shared', ...(hosts[context] ?? [])],
  })),
  { sourceTag: 'scope:gild', onlyDependOnLibsWithTags: ['*'] },
];

/** The rule's options for sources, or, where test helpers and real adapters are welcome, for specs. */
export const boundaries = ({ specs }) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    banTransitiveDependencies: true,
    // Only its types are used, where a controller writes to the response that NestJS hands it.
    allow: ['express'],
    depConstraints: [...Object.keys(inward).map((name) => layer(name, { specs })), ...scopes],
  },
];
