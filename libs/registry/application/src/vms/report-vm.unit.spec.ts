import { findVersion } from '../views/find-version.js';
import { reportVmStart } from './report-vm.js';
import { imagesWith, vmsUnderTest } from './vms-under-test.spec.js';

it('remembers the channel by which a version was named, and which version that was', async () => {
  const { deps, registry } = await vmsUnderTest();
  const images = imagesWith(['1.0.0', '1.1.0']);
  images.get('web')?.versions.set(':stable', findVersion(images, 'web', '1.0.0'));
  const report = { vmId: 'vm1', actor: 'ada', image: 'web', version: ':stable', host: 'oak' };
  expect(await reportVmStart(report, images, deps)).toMatchObject({ version: '1.0.0' });
  expect(await registry.vm({ vmId: 'vm1' })).toMatchObject({ image_version: '1.0.0', channel: 'stable' });
  const { entries } = await registry.history({ subject: 'vm1' });
  expect(entries[0]?.sentence).toBe('VM vm1 started on oak from web@1.0.0 (channel stable, x86_64)');
});
