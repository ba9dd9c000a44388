import type { Artifact } from '@gild/contracts';
import type { ObjectStore } from '@gild/ports';
import { OTHER, registryUnderTest, web } from '../registry-under-test.spec.js';
import { UNREQUESTED_MS } from './publishing-process.js';

const arm = { arch: 'aarch64', taskservVersions: { nginx: '1.22.1-9+b1' } };

/** A build for two architectures at a registry that is not yet started, and how often each disk was read. */
const counting = async () => {
  const reads = new Map<string, number>();
  const objects = (inner: ObjectStore): ObjectStore => ({
    ...inner,
    read: (object) => {
      reads.set(object.sha256, (reads.get(object.sha256) ?? 0) + 1);
      return inner.read(object);
    },
  });
  const world = registryUnderTest({ objects });
  await world.request(1, { ...web, arch: ['x86_64', 'aarch64'] });
  const readsOf = ({ object }: Artifact): number => reads.get(object.sha256) ?? 0;
  return { ...world, readsOf, reportArm: () => world.report(OTHER + 1, 1, arm) };
};

describe('an artifact that waits for another architecture', () => {
  it('is read when it is reported, and then not before the other one is', async () => {
    const { registry, report, reportArm, readsOf, clock, typesOf } = await counting();
    await registry.start();
    await clock.settle();
    const one = await report(1);
    await clock.advance(2 * UNREQUESTED_MS);
    expect(readsOf(one)).toBe(1);
    const other = await reportArm();
    await clock.settle();
    expect(await typesOf('version-web@1.0.0')).toStrictEqual(['ArtifactsAccepted', 'VersionPublished']);
    expect([one, other].map(readsOf)).toStrictEqual([2, 1]);
    await registry.stop();
  });

  it.each(['first', 'second'])('is read once after a restart when it is the %s', async (which) => {
    const { registry, report, reportArm, readsOf, clock } = await counting();
    const one = await (which === 'first' ? report(1) : reportArm());
    await registry.start();
    await clock.advance(2 * UNREQUESTED_MS);
    expect(readsOf(one)).toBe(1);
    await registry.stop();
  });
});

it('reads a version of which everything waits once after a restart', async () => {
  const { registry, report, reportArm, readsOf, clock } = await counting();
  const both = [await report(1), await reportArm()];
  await registry.start();
  await clock.advance(2 * UNREQUESTED_MS);
  expect(both.map(readsOf)).toStrictEqual([1, 1]);
  await registry.stop();
});
