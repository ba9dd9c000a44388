import { canonicalJson } from '@gild/kernel';
import { changeRecipe, type LayerRecipe } from '@gild/contracts';
import fc from 'fast-check';
import type { LayerComponents } from './layer-key.js';
import { missReason } from './miss-reason.js';
import { recipeDifferences } from './recipe-differences.js';

const nginx = { name: 'nginx', version: '1.22.1-9', arch: 'amd64', sha256: 'b'.repeat(64) };
const recipe = changeRecipe('taskserv:nginx', {
  packages: ['nginx'],
  scripts: [{ name: 'configure', content: 'true' }],
});
const cached: LayerComponents = {
  engine: 1,
  arch: 'x86_64',
  release: 'debian 12',
  parent: { step: 'taskserv:redis', key: 'a'.repeat(64) },
  recipe,
  packages: [nginx],
  tools: { mmdebstrap: '1.3.5' },
};
/** Cached layers under the keys `1…`, `2…`, … */
const layers = (...all: unknown[]) =>
  all.map((components, index) => ({ key: String(index + 1).repeat(64), step: 'taskserv:nginx', components }));
const miss = (wanted: Partial<LayerComponents>, ...others: LayerComponents[]) =>
  missReason({ ...cached, ...wanted }, layers(cached, ...others));
const reason = (wanted: Partial<LayerComponents>, ...others: LayerComponents[]) =>
  miss(wanted, ...others).missReason;
const withRecipe = (parts: Partial<LayerRecipe>) => reason({ recipe: { ...recipe, ...parts } });

it('says that a step was never built here', () => {
  expect(missReason(cached, [])).toStrictEqual({ missReason: 'first build of this step here' });
  expect(reason({ recipe: changeRecipe('taskserv:redis', {}) })).toBe('first build of this step here');
});

it('compares no base system made from nothing with one brought up to date', () => {
  expect(withRecipe({ kind: 'bootstrap' })).toBe('first build of this step here');
});

it('passes over cached layers of another shape, and never fails for them', () => {
  const { seeds: _, ...older } = recipe;
  const foreign = [
    undefined,
    null,
    'text',
    {},
    { ...cached, recipe: older },
    { ...cached, tools: undefined },
  ];
  expect(missReason(cached, layers(...foreign)).missReason).toBe('first build of this step here');
  expect(missReason({ ...cached, engine: 2 }, layers(...foreign, cached))).toStrictEqual({
    missReason: 'engine 1 → 2',
    nearest: { step: 'taskserv:nginx', key: '7'.repeat(64) },
  });
});

it('names a package whose version changed', () => {
  expect(reason({ packages: [{ ...nginx, version: '1.22.1-9+deb12u1' }] })).toBe(
    'package nginx 1.22.1-9 → 1.22.1-9+deb12u1',
  );
});

it('names a package that came, one that went, and one rebuilt under its version', () => {
  expect(reason({ packages: [nginx, { ...nginx, name: 'curl', version: '7' }] })).toBe(
    'package curl 7 is new',
  );
  expect(reason({ packages: [] })).toBe('package nginx is gone');
  expect(reason({ packages: [{ ...nginx, sha256: 'c'.repeat(64) }] })).toBe(
    'package nginx has other bytes under the same version',
  );
});

it('names the script, file, unit or wanted package that changed', () => {
  expect(withRecipe({ scripts: [{ name: 'configure', content: 'false' }] })).toBe('script configure changed');
  expect(withRecipe({ scripts: [] })).toBe('script configure is gone');
  expect(withRecipe({ files: [{ path: '/etc/a', content: '', mode: '0644' }] })).toBe('file /etc/a is new');
  expect(withRecipe({ enable: ['a.service'] })).toBe('enabled unit a.service is new');
  expect(withRecipe({ packages: ['nginx=1'] })).toBe(
    'wanted package nginx=1 is new; wanted package nginx is gone',
  );
  expect(withRecipe({ upgrade: true })).toBe('its upgrade changed');
});

it('names tools, release, architecture and engine', () => {
  expect(reason({ tools: { mmdebstrap: '1.4.0' } })).toBe('tool mmdebstrap 1.3.5 → 1.4.0');
  expect(reason({ release: 'debian 13', arch: 'aarch64', engine: 2 })).toBe(
    'engine 1 → 2; architecture x86_64 → aarch64; release debian 12 → debian 13',
  );
});

it('names the layer below only when nothing of the step itself differs', () => {
  const parent = { step: 'taskserv:redis', key: 'b'.repeat(64) };
  expect(reason({ parent })).toBe('the layer below differs: taskserv:redis');
  expect(reason({ parent, tools: { mmdebstrap: '2' } })).toBe('tool mmdebstrap 1.3.5 → 2');
});

it('compares with the nearest of several, and shortens a long list', () => {
  const far = { ...cached, packages: [], engine: 7, arch: 'aarch64', release: 'debian 11' };
  expect(reason({ engine: 2 }, far)).toBe('engine 1 → 2');
  expect(missReason(cached, layers(far)).missReason).toBe(
    'engine 7 → 1; architecture aarch64 → x86_64; release debian 11 → debian 12; and 1 more',
  );
});

it('says that the layer is gone when nothing differs', () => {
  expect(reason({})).toBe('the cached layer is gone');
});

describe('the differences of recipes', () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 });
  const files = fc.array(
    fc.record({
      path: fc.constantFrom('/a', '/b'),
      content: fc.constantFrom('x', 'y'),
      mode: fc.constant('0644'),
    }),
    { maxLength: 3 },
  );
  const scripts = fc.array(
    fc.record({ name: fc.constantFrom('s', 't'), content: fc.constantFrom('x', 'y') }),
    { maxLength: 3 },
  );
  const recipes = fc
    .record({
      packages: names,
      enable: names,
      disable: names,
      files,
      seeds: files,
      scripts,
      upgrade: fc.boolean(),
    })
    .map((parts) => changeRecipe('step', parts));

  it('are none exactly when the recipes are equal', () => {
    fc.assert(
      fc.property(recipes, recipes, (a, b) => {
        expect(recipeDifferences(a, a)).toStrictEqual([]);
        expect(recipeDifferences(a, b).length === 0).toBe(canonicalJson(a) === canonicalJson(b));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the nearest layer', () => {
  const tools = fc.constantFrom('1', '2', '3');
  const components = fc
    .record({
      engine: fc.constantFrom(1, 2),
      mmdebstrap: tools,
      tar: tools,
      parent: fc.constantFrom('a', 'b'),
    })
    .map(({ engine, parent, ...versions }): LayerComponents => ({
      ...cached,
      engine,
      tools: versions,
      parent: { step: 'below', key: parent },
    }));
  /** Counted apart from the sentences. */
  const distance = (a: LayerComponents, b: LayerComponents): number => {
    const own =
      Number(a.engine !== b.engine) +
      Number(a.tools['mmdebstrap'] !== b.tools['mmdebstrap']) +
      Number(a.tools['tar'] !== b.tools['tar']);
    return own > 0 ? own : Number(a.parent?.key !== b.parent?.key);
  };

  it('is one of those cached, no other one differs in less, and of equals it is the first', () => {
    fc.assert(
      fc.property(components, fc.array(components, { minLength: 1, maxLength: 6 }), (wanted, all) => {
        const distances = all.map((each) => distance(wanted, each));
        const first = distances.indexOf(Math.min(...distances));
        expect(missReason(wanted, layers(...all)).nearest).toStrictEqual({
          step: 'taskserv:nginx',
          key: String(first + 1).repeat(64),
        });
      }),
      { numRuns: 500 },
    );
  });
});
