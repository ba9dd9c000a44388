import { registryUnderTest, web } from '../registry-under-test.spec.js';

describe('a question about the past', () => {
  const threeDays = async () => {
    const world = registryUnderTest();
    const positions: string[] = [];
    for (const [index, name] of ['one', 'two', 'three'].entries()) {
      await world.prepare(index, { ...web, name });
      positions.push((await world.store.head()) ?? '');
      await world.clock.advance(86_400_000);
    }
    const names = async (at?: string) =>
      (await world.registry.images({ at })).map(({ image_name }) => image_name);
    return { ...world, names, positions };
  };

  it('is answered as of a position', async () => {
    const { names, positions } = await threeDays();
    expect(await names(positions[1])).toStrictEqual(['one', 'two']);
    expect(await names()).toStrictEqual(['one', 'three', 'two']);
  });

  it('is answered as of a time', async () => {
    const { names } = await threeDays();
    expect(await names('2026-11-23T09:00:00Z')).toStrictEqual(['one']);
    expect(await names('2026-11-24')).toStrictEqual(['one']);
    expect(await names('2026-11-24T09:00:00Z')).toStrictEqual(['one', 'two']);
    expect(await names('2026-11-26T09:00:00Z')).toStrictEqual(['one', 'three', 'two']);
  });

  it('keeps to a beginning of the log when a clock jumped back', async () => {
    const { names, prepare, clock } = await threeDays();
    clock.setWallClock('2026-11-23T09:30:00.000Z');
    await prepare(7, { ...web, name: 'late' });
    clock.setWallClock('2026-11-27T00:00:00.000Z');
    expect(await names('2026-11-23T10:00:00Z')).toStrictEqual(['one']);
  });

  it.each([
    ['2026-11-27', 'in the future'],
    ['2026-11-22', 'before the beginning'],
    ['2026-02-30', 'expected a time'],
    ['soon', 'expected a time or a position'],
    ['999', 'in the future'],
  ])('as of %s is refused: it is %s', async (at, why) => {
    const { names } = await threeDays();
    await expect(names(at)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining(why),
    });
  });

  it('is refused while nothing is recorded', async () => {
    const { registry } = registryUnderTest();
    await expect(registry.images({ at: '1' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
