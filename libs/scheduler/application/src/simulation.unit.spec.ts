import { accept } from '@gild/kernel';
import { job } from '@gild/scheduler-domain';
import { Simulation } from './simulation.spec.js';

const STEPS = 1000;

const STORMS = [
  { seed: 1, schedulers: 1 },
  { seed: 2, schedulers: 1 },
  { seed: 1, schedulers: 2 },
];

it('keeps every promise through storms of a thousand random steps', async () => {
  let cutShort = 0;
  const touched = new Set<string>();
  for (const { seed, schedulers } of STORMS) {
    const simulation = new Simulation(seed, { schedulers });
    await simulation.run(STEPS);
    expect({ seed, schedulers, violations: simulation.violations }).toStrictEqual({
      seed,
      schedulers,
      violations: [],
    });
    for (const type of simulation.counts.keys()) touched.add(type);
    cutShort += simulation.cutShort;
  }
  const events = ['AttemptLost', 'LateReportRefused', 'BuildCompleted', 'BuildFailed', 'BuildCancelled'];
  expect([...touched]).toEqual(expect.arrayContaining(events));
  expect(cutShort).toBeGreaterThan(0);
}, 60_000);

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
  const faults: string[] = [];
  for (let seed = 1; seed <= 5 && faults.length === 0; seed += 1) {
    const simulation = new Simulation(seed, { schedulers: 2, lenient: true });
    await simulation.run(STEPS);
    faults.push(...simulation.violations.filter((fault) => fault.startsWith('I9')));
  }
  expect(faults).not.toEqual([]);
}, 60_000);
