import { createHash } from 'node:crypto';
import { changeRecipe } from '@gild/contracts';
import fc from 'fast-check';
import { layerKey, type LayerComponents } from './layer-key.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const keyOf = (components: LayerComponents) => layerKey(components, sha256);

const components: LayerComponents = {
  engine: 1,
  arch: 'x86_64',
  release: 'debian 12',
  parent: { step: 'prepare_base', key: 'a'.repeat(64) },
  recipe: changeRecipe('taskserv:nginx', {
    packages: ['nginx'],
    files: [{ path: '/etc/a', content: 'a', mode: '0644' }],
    scripts: [{ name: 'configure', content: 'true' }],
  }),
  packages: [{ name: 'nginx', version: '1.22.1-9', arch: 'amd64', sha256: 'b'.repeat(64) }],
  tools: { apt: '2.6.1', dpkg: '1.21.22' },
};

/** Every value inside, as the path to it. */
const leaves = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]))
    : [path];

const changedAt = (value: unknown, [key, ...rest]: readonly string[]): unknown => {
  if (key === undefined) return typeof value === 'number' ? value + 1 : `${String(value)}~`;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? changedAt(item, rest) : item));
  const members = value as Record<string, unknown>;
  return { ...members, [key]: changedAt(members[key], rest) };
};

const shuffled = (value: unknown): fc.Arbitrary<unknown> => {
  if (Array.isArray(value)) return fc.tuple(...value.map(shuffled));
  if (typeof value !== 'object' || value === null) return fc.constant(value);
  const entries = Object.entries(value);
  return fc
    .tuple(
      fc.shuffledSubarray([...entries.keys()], { minLength: entries.length }),
      fc.tuple(...entries.map(([, member]) => shuffled(member))),
    )
    .map(([order, members]) =>
      Object.fromEntries(order.map((index) => [entries[index]?.[0] ?? '', members[index]])),
    );
};

it('is this digest for these components, for ever', () => {
  expect(keyOf(components)).toBe('68fc5501d4f5df6a271b76f02af6f531fb87232bb968fc5be67dd0fe0b6ef340');
});

it.each(leaves(components).map((path) => [path.join('.'), path] as const))('changes with %s', (_, path) => {
  expect(keyOf(changedAt(components, path) as LayerComponents)).not.toBe(keyOf(components));
});

it('changes when there is no layer below', () => {
  const { parent: _, ...first } = components;
  expect(keyOf(first)).not.toBe(keyOf(components));
});

it('does not change with the order in which members were written', () => {
  fc.assert(
    fc.property(shuffled(components), (same) => {
      expect(keyOf(same as LayerComponents)).toBe(keyOf(components));
    }),
  );
});

it('changes with the order of packages, files and scripts', () => {
  const two = { ...components, recipe: { ...components.recipe, packages: ['nginx', 'curl'] } };
  const turned = { ...components, recipe: { ...components.recipe, packages: ['curl', 'nginx'] } };
  expect(keyOf(two)).not.toBe(keyOf(turned));
});
