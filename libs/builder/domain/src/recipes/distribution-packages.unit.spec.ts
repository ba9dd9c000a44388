import { BUILDABLE_RELEASES } from '@gild/contracts';
import { distributionPackages } from './distribution-packages.js';

it.each(BUILDABLE_RELEASES)('%s, said to be buildable, has its packages', (name) => {
  const [distribution = '', release = ''] = name.split(' ');
  expect(distributionPackages(distribution, release)?.base).toContain('ca-certificates');
});
