import type { SchedulerService } from './scheduler-service.js';
import { FarmDouble } from './scheduler-under-test.spec.js';

/**
 * Hands each test of a file a farm whose scheduler runs. After it `running` says which scheduler runs by then: it is stopped, and
 * nothing may have gone wrong.
 */
export const farmOfEachTest = (hand: (farm: FarmDouble) => void, running: () => SchedulerService): void => {
  let farm: FarmDouble;
  beforeEach(async () => {
    farm = new FarmDouble();
    hand(farm);
    await farm.scheduler.start();
  });
  afterEach(async () => {
    await running().stop();
    expect(farm.w.faults).toStrictEqual([]);
  });
};
