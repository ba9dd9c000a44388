import { ImageDefined } from './image-events.js';

const event = (definition: unknown) => ({
  type: 'ImageDefined',
  data: { imageName: 'web', definition, definitionDigest: 'a'.repeat(64) },
});

const parsed = (definition: unknown) => ImageDefined.parse(event(definition)).data.definition;

it('is what was read', () => {
  const definition = { name: 'web', taskservs: ['nginx'], steps: { run_tests: true, test_scripts: ['a'] } };
  expect(parsed(definition)).toStrictEqual(definition);
});

it('shares what is equal with others, so that nobody may change it', () => {
  const read = () => ({ steps: { run_tests: true, test_scripts: ['a'] } });
  const [one, other] = [parsed(read()), parsed(read())];
  expect(one['steps']).toBe(other['steps']);
  const { test_scripts: scripts } = one['steps'] as { test_scripts: string[] };
  expect(() => scripts.push('b')).toThrow(TypeError);
});

it.each([[undefined], [null], ['web'], [['web']]])('is not %j', (definition) => {
  const { success, error } = ImageDefined.safeParse(event(definition));
  expect(success).toBe(false);
  expect(error?.issues.map(({ path }) => path)).toStrictEqual([['data', 'definition']]);
});

it('is not missing', () => {
  const { definition: _, ...data } = event({}).data;
  expect(ImageDefined.safeParse({ type: 'ImageDefined', data }).success).toBe(false);
});
