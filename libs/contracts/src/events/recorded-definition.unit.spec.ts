import { ImageDefined } from './image-events.js';

const event = (definition: unknown) => ({
  type: 'ImageDefined',
  data: { imageName: 'web', definition, definitionDigest: 'a'.repeat(64) },
});

it('is the object that was read, not a copy', () => {
  const definition = { name: 'web', taskservs: ['nginx'] };
  expect(ImageDefined.parse(event(definition)).data.definition).toBe(definition);
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
