import { BUILDABLE } from '@gild/contracts';
import { distributionPackages } from './distribution-packages.js';

const releases = Object.entries(BUILDABLE.releases).flatMap(([distribution, versions]) =>
  versions.map((version) => [distribution, version] as const),
);

it.each(releases)('%s %s, said to be buildable, has its packages', (distribution, release) => {
  expect(distributionPackages(distribution, release)?.base).toContain('ca-certificates');
});
