import { type BuildBase, type BuildInputs, ChosenTaskserv } from '@gild/contracts';
import { rebuildReasons } from './rebuild-reasons.js';

const taskserv = (name: string, version?: string) =>
  ChosenTaskserv.parse({ name, version, installation: {}, checks: [] });
const base = (imageName: string, version: string) => ({ imageName, version }) as BuildBase;
const inputs: BuildInputs = {
  ...{ engine: 1, arch: 'x86_64', definition: { name: 'web' } },
  ...{ taskservs: [taskserv('nginx')], base: base('debian-base', '1.2.0') },
};
const textsOf = (now: Partial<BuildInputs>, baseStanding: 'published' | 'deprecated' = 'published') =>
  rebuildReasons({ before: inputs, now: { ...inputs, ...now }, baseStanding }).map(
    ({ text, byItself }) => `${text}${byItself ? ' (by itself)' : ''}`,
  );

it.each([
  ['nothing', {}, []],
  [
    'a newer base',
    { base: base('debian-base', '1.10.0') },
    ['base debian-base@1.10.0 is newer than 1.2.0, which it is built on (by itself)'],
  ],
  [
    'an older base',
    { base: base('debian-base', '1.1.0') },
    ['base debian-base@1.1.0 is what fits, and it is built on 1.2.0 (by itself)'],
  ],
  [
    'another base',
    { base: base('ubuntu-base', '1.3.0'), definition: { name: 'web', base_image: {} } },
    ['its definition changed'],
  ],
  ['a changed taskserv', { taskservs: [taskserv('nginx', '2')] }, ['taskserv nginx changed (by itself)']],
  [
    'another dependency',
    { taskservs: [taskserv('redis')] },
    [
      'taskserv redis is installed as well now (by itself)',
      'taskserv nginx is not installed any more (by itself)',
    ],
  ],
  [
    'other taskservs of another definition',
    { taskservs: [], definition: { name: 'web', taskservs: [] } },
    ['its definition changed'],
  ],
  ['another engine', { engine: 2 }, ['this release of Gild builds it otherwise']],
] as const)('tells of %s', (_, now, texts) =>
  expect(textsOf(now as Partial<BuildInputs>)).toStrictEqual(texts),
);

it('tells of a base that is not started from any more', () =>
  expect(textsOf({ base: base('debian-base', '1.3.0') }, 'deprecated')).toStrictEqual([
    'its base debian-base@1.2.0 was deprecated; debian-base@1.3.0 fits (by itself)',
  ]));
