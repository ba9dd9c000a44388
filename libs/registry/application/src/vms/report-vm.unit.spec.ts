import { vmsUnderTest } from './vms-under-test.spec.js';

const asked = { requestId: 'request1', actor: 'ada', image: 'web' };

describe('a start by a channel', () => {
  it('remembers the channel, and which version that was', async () => {
    const { registry, start } = await vmsUnderTest();
    await registry.promote({ ...asked, channel: 'stable', version: '1.0.0' });
    expect(await start('vm1', 'web@:stable')).toMatchObject({ image_version: '1.0.0', channel: 'stable' });
    const { entries } = await registry.history({ subject: 'vm1' });
    expect(entries[0]?.sentence).toBe('VM vm1 started on oak from web@1.0.0 (channel stable, x86_64)');
  });

  it('is one from another version once the channel has moved', async () => {
    const { registry, start, typesOf } = await vmsUnderTest();
    await registry.promote({ ...asked, channel: 'stable', version: '1.0.0' });
    await start('vm1', 'web@:stable');
    await start('vm1', 'web@:stable');
    await registry.promote({ ...asked, requestId: 'request2', channel: 'stable', version: '1.1.0' });
    expect(await start('vm1', 'web@:stable')).toMatchObject({ image_version: '1.1.0' });
    expect(await typesOf('vm-vm1')).toStrictEqual(['VmStarted', 'VmReimaged']);
  });
});

describe('a start from a version that is not for new machines', () => {
  it('is recorded with a warning, which names what to take where that is known', async () => {
    const { registry, start, typesOf, usage } = await vmsUnderTest();
    await start('vm0', 'web@1.1.0');
    await registry.deprecate({ ...asked, version: '1.0.0', replacement: '1.1.0' });
    expect(await start('vm1', 'web@1.0.0')).toMatchObject({
      version_state: 'deprecated',
      warning: 'web@1.0.0 is deprecated; start VMs from web@1.1.0',
    });
    const { version } = await registry.revoke({
      ...asked,
      requestId: 'request3',
      version: '1.1.0',
      reason: 'leaks',
    });
    expect(version).toMatchObject({ usage_count: 1, vm_instances: ['vm0'] });
    expect(await start('vm2', 'web@1.1.0')).toMatchObject({
      version_state: 'revoked',
      warning: 'web@1.1.0 was revoked by ada: leaks; start VMs from another version',
    });
    expect(await typesOf('vm-vm2')).toStrictEqual(['VmStarted']);
    expect((await usage('web@1.1.0'))[1]).toStrictEqual(['vm0', 'vm2']);
  });

  it('of one that is for new machines has none', async () => {
    const { start } = await vmsUnderTest();
    expect(await start('vm1', 'web@1.0.0')).not.toHaveProperty('warning');
  });
});
