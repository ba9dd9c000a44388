import { accept } from '@gild/kernel';
import { job } from '@gild/scheduler-domain';
import { Simulation } from './simulation.spec.js';

const STEPS = 1500;

it.each([
  [1, 1],
  [2, 1],
  [3, 1],
  [1, 2],
])(
  'keeps every promise through fifteen hundred random steps (seed %i, schedulers: %i)',
  async (seed, schedulers) => {
    const simulation = new Simulation(seed, { schedulers });
    await simulation.run(STEPS);
    expect(simulation.violations).toStrictEqual([]);
    const touched = ['AttemptLost', 'LateReportRefused', 'BuildCompleted', 'BuildFailed', 'BuildCancelled'];
    for (const type of touched) expect(simulation.counts.get(type)).toBeGreaterThan(0);
    expect(simulation.cutShort).toBeGreaterThan(0);
  },
  60_000,
);

it('would notice a scheduler that uses the reports of replaced attempts', async () => {
  const unfenced: typeof job = {
    ...job,
    decide: (command, state) => {
      const decision = job.decide(command, state);
      if (decision.ok || decision.rejection.code !== 'STALE_ATTEMPT' || command.type !== 'RecordFact') {
        return decision;
      }
      const { fact } = command.data;
      return fact.type === 'AttemptEnded' ? accept() : accept(fact);
    },
  };
  const simulation = new Simulation(1, { decider: unfenced });
  await simulation.run(STEPS);
  expect(simulation.violations.filter((fault) => fault.startsWith('I3')).length).toBeGreaterThan(0);
}, 60_000);

it('would notice schedulers that give out what another one has just given out', async () => {
  const simulation = new Simulation(2, { schedulers: 2, lenient: true });
  await simulation.run(STEPS);
  expect(simulation.violations.filter((fault) => fault.startsWith('I9')).length).toBeGreaterThan(0);
}, 60_000);
