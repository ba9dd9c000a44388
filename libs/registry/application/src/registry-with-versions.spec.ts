import { registryUnderTest } from './registry-under-test.spec.js';

/** Stopped after each test. */
export const running: { stop: () => Promise<void> }[] = [];
afterEach(() => Promise.all(running.splice(0).map((registry) => registry.stop())));

/** A registry with finished versions: each definition is one build of its image. */
export const withVersions = async (...definitions: object[]) => {
  const under = registryUnderTest();
  await under.registry.start();
  running.push(under.registry);
  const layers = async () => {
    const stored = async (key: string) => {
      const { created: _, ...object } = await under.deps.objects.put(key, new TextEncoder().encode(key));
      return object;
    };
    return {
      layers: [{ step: 'prepare_base', key: 'k'.repeat(64), object: await stored('layers/one') }],
      packageState: await stored('package-states/one'),
    };
  };
  let jobs = 0;
  const publish = async (definition: object, options: object = { bump: 'minor' }) => {
    jobs += 1;
    const { version } = await under.request(jobs, definition, options);
    await under.report(jobs, 1, await layers());
    await under.clock.settle();
    return version;
  };
  for (const definition of definitions) await publish(definition);
  const standings = async (image: string) =>
    Object.fromEntries(
      (await under.registry.versions({ image })).map(({ version, state }) => [version, state]),
    );
  return { ...under, publish, standings };
};
