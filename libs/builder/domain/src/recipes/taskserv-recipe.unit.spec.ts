import { ChosenTaskserv } from '@gild/contracts';
import { taskservRecipe } from './taskserv-recipe.js';

const sha256 = (digit: string) => digit.repeat(64);
const chosen = (installation: object, more: object = {}) =>
  ChosenTaskserv.parse({ name: 'node', checks: [], ...more, installation });

it('downloads what is for its architecture, and what is for all', () => {
  const download = (name: string, arch?: string) => ({
    url: `https://x.example/${name}`,
    sha256: sha256('a'),
    path: `/usr/local/bin/${name}`,
    mode: '0755',
    ...(arch && { arch }),
  });
  const downloads = [download('amd', 'x86_64'), download('arm', 'aarch64'), download('any')];
  const names = (arch: 'x86_64' | 'aarch64') =>
    taskservRecipe(chosen({ downloads }), arch).downloads.map(({ url }) => url.split('/').at(-1));
  expect(names('x86_64')).toStrictEqual(['amd', 'any']);
  expect(names('aarch64')).toStrictEqual(['arm', 'any']);
  expect(taskservRecipe(chosen({ downloads }), 'aarch64').downloads[0]).toStrictEqual(download('arm'));
});

it('replaces packages only where the taskserv says so, so that the layers of others stay as they were', () => {
  expect(taskservRecipe(chosen({ replaces: ['timesyncd'] }), 'x86_64').replaces).toStrictEqual(['timesyncd']);
  expect(taskservRecipe(chosen({}), 'x86_64')).not.toHaveProperty('replaces');
});

it('pins no package of what is downloaded', () => {
  const recipe = taskservRecipe(
    chosen({ packages: ['socat'] }, { version: '1.35.1', pin: '1.35.1' }),
    'x86_64',
  );
  expect(recipe.packages).toStrictEqual(['socat']);
});
