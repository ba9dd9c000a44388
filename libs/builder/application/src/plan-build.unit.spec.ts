import { Fault } from '@gild/ports';
import { farm } from './builder-under-test.spec.js';
import { planBuild } from './plan-build.js';

it('says beforehand what it will do', async () => {
  const { deps, fake, store, build } = farm();
  await build(await store(['nginx']));
  fake.versions.set('redis', '7.0');
  const { steps } = await planBuild({ inputDigest: await store(['nginx', 'redis']), useCache: true }, deps, {
    id: 'p',
    signal: new AbortController().signal,
  });
  expect(
    steps.flatMap(({ name, cached, missReason, packages, skipped }) =>
      packages === undefined || skipped ? [] : [[name, cached, missReason, packages.join()]],
    ),
  ).toStrictEqual([
    ['prepare_base', true, undefined, expect.stringContaining('linux-image-amd64 1.0')],
    ['taskserv:nginx', true, undefined, 'nginx 1.0'],
    ['taskserv:redis', false, 'first build of this step here', 'redis 7.0'],
    ['apply_config', false, 'the layer below differs: taskserv:redis', ''],
    ['cleanup', false, 'the layer below differs: apply_config', ''],
  ]);
  const idle = steps.filter(({ skipped }) => skipped).map(({ name, packages }) => [name, packages]);
  expect(idle).toStrictEqual([
    ['update_packages', []],
    ['install_dependencies', []],
    ['apply_security_hardening', undefined],
    ['apply_optimizations', undefined],
  ]);
  expect(fake.workDirs.size).toBe(0);
});

it('says why no plan could be made', async () => {
  const { fake, deps, store } = farm();
  deps.toolchain = {
    ...fake.toolchain,
    resolve: () => Promise.reject(new Fault('PACKAGE_NOT_FOUND', 'no package nginxx')),
  };
  const asked = planBuild({ inputDigest: await store([]), useCache: true }, deps, {
    id: 'p',
    signal: new AbortController().signal,
  });
  await expect(asked).rejects.toMatchObject({ code: 'PLAN_FAILED', message: 'no package nginxx' });
  expect(fake.workDirs.size).toBe(0);
});
