import { historyBy, historyOf, simulated } from './replay-under-test.spec.js';
import { replayedPolicy } from './replayed-policy.js';
import { SimulatedFarm } from './simulated-farm.js';

const build = (image: string, minutes: number) => ({
  ...{ image, at: 0, attempts: [{ minutes, ends: 'well' as const }] },
});

it('compares when the last builds ended among those that ended in the simulation too', () => {
  const asked = historyOf({ agents: [{ slots: 2 }], builds: [build('web', 10), build('db', 20)] });
  const history = historyBy(asked, simulated(asked));
  const then = new SimulatedFarm(history);
  const lateSeconds = () =>
    replayedPolicy(history, {}, { then, changed: then }).model_error.last_build_ended_seconds;
  const ended = () => [...then.courses.values()].filter(({ endedMs }) => endedMs !== undefined).length;
  expect([ended(), lateSeconds()]).toStrictEqual([0, 0]);
  while (ended() === 0) then.step();
  expect([ended(), lateSeconds()]).toStrictEqual([1, 0]);
});
