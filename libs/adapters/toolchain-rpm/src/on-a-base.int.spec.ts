import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LayerRecipe, ResolvedLayer } from '@gild/contracts';
import { rpmMirror } from '@gild/testing';
import { SYSTEM } from './more-packages.spec.js';
import {
  BASE,
  buildOn,
  context,
  fault,
  home,
  LIMIT_MS,
  recipe,
  sandbox,
  target,
  toolchainOf,
} from './toolchain-under-test.spec.js';

const mirror = await rpmMirror();
const toolchain = toolchainOf(mirror);
const WEB = recipe('web', { packages: ['web'] });
const GATEWAY = recipe('gateway', { packages: ['gateway'], replaces: ['web', 'not-there'] });

let lower: string[] = [];
let packageState = '';

beforeAll(async () => {
  mirror.hold(SYSTEM);
  const [base, web] = await toolchain.resolve(target, [BASE, WEB], await context());
  const bottom = await buildOn(toolchain, { recipe: BASE, resolved: base, lower: [] });
  lower = [bottom, await buildOn(toolchain, { recipe: WEB, resolved: web, lower: [bottom] })];
  packageState = await toolchain.packageState(target, lower, await context());
}, LIMIT_MS);

afterAll(async () => {
  mirror.close();
  await sandbox.remove(home);
}, LIMIT_MS);

const onBase = async (...layers: LayerRecipe[]): Promise<readonly ResolvedLayer[]> =>
  toolchain.resolve(target, layers, { ...(await context()), base: { packageState, repositories: [] } });
const namesIn = async (trees: readonly string[]) =>
  (await toolchain.installed(target, trees, await context())).map(({ name }) => name);

describe('on a base', () => {
  it(
    'needs nothing that the base has',
    async () => {
      expect(packageState).toContain('web 1:1.2-3.fc43 noarch\n');
      expect(await onBase({ ...BASE, kind: 'change' }, WEB)).toStrictEqual([
        { packages: [] },
        { packages: [] },
      ]);
    },
    LIMIT_MS,
  );
  it(
    'replaces what the recipe says, and nothing else',
    async () => {
      const refused = await fault(onBase({ ...GATEWAY, replaces: [] }));
      expect([refused.code, refused.message]).toStrictEqual([
        'PACKAGE_CONFLICT',
        expect.stringContaining('conflicts with web'),
      ]);
      const [resolved] = await onBase(GATEWAY);
      expect([resolved?.packages.map(({ name }) => name), resolved?.removed]).toStrictEqual([
        ['gateway'],
        ['web'],
      ]);
      const upper = await buildOn(toolchain, { recipe: GATEWAY, resolved, lower });
      const names = await namesIn([...lower, upper]);
      expect(names).toStrictEqual(expect.arrayContaining(['gateway', 'web-data']));
      expect(names).not.toContain('web');
    },
    LIMIT_MS,
  );
  it(
    'does not replace what something that stays needs',
    async () => {
      const needed = await fault(onBase(recipe('less', { packages: ['bash'], replaces: ['web-data'] })));
      expect([needed.code, needed.message]).toStrictEqual([
        'PACKAGE_CONFLICT',
        expect.stringContaining('web-data'),
      ]);
    },
    LIMIT_MS,
  );
});

it(
  'builds a layer without any mirror once everything was fetched',
  async () => {
    const [resolved = { packages: [] }] = await onBase(GATEWAY);
    const change = { target, recipe: GATEWAY, resolved, repositoriesBelow: [] };
    await toolchain.fetch(change, await context());
    const asked = mirror.asked.length;
    const upper = await buildOn(toolchain, { recipe: GATEWAY, resolved, lower });
    expect(mirror.asked.slice(asked)).toStrictEqual([]);
    expect(existsSync(join(upper, 'usr/share/gateway'))).toBe(true);
  },
  LIMIT_MS,
);
