import { accept } from '@gild/kernel';
import { job } from '@gild/scheduler-domain';
import { Simulation } from './simulation.spec.js';

/**
 * Steps of each kind of storm: a few of them here, a hundred thousand in all by `npm run storm`. `GILD_STORM_STEPS` asks for another
 * number, `GILD_STORM_SEED` for another seed; a failure names its storm's.
 */
const STEPS = Number(process.env['GILD_STORM_STEPS'] ?? 1000);
const SEED = Number(process.env['GILD_STORM_SEED'] ?? 1);
const TIMEOUT_MS = 60_000 + STEPS * 60;
/** A longer storm is several, each on a log of its own: whoever starts reads all of the log, so time grows with its square. */
const MOST_STEPS = 5000;

const FARMS = Math.ceil(STEPS / MOST_STEPS);
const steps = Math.ceil(STEPS / FARMS);
const STORMS = Array.from({ length: FARMS }, (_, farm) => SEED + farm).flatMap((seed) => [
  { steps, seed: seed + 1, schedulers: 1 },
  { steps, seed, schedulers: 2 },
  { steps, seed, schedulers: 1, clocks: true },
]);

it(
  `row 20: schedulers that all think they lead keep every promise through ${STORMS.length} storms of ${steps} random steps`,
  async () => {
    let cutShort = 0;
    const touched = new Set<string>();
    for (const storm of STORMS) {
      const simulation = new Simulation(storm.seed, storm);
      await simulation.run(storm.steps);
      expect({ ...storm, violations: simulation.violations }).toStrictEqual({ ...storm, violations: [] });
      for (const type of simulation.counts.keys()) touched.add(type);
      cutShort += simulation.cutShort;
    }
    const events = ['AttemptLost', 'LateReportRefused', 'BuildCompleted', 'BuildFailed', 'BuildCancelled'];
    expect([...touched]).toEqual(expect.arrayContaining(events));
    expect(cutShort).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
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
  const faults: string[] = [];
  // Not in every storm do two of them meet at one agent, and every change of the code makes it another one: that is tried first in
  // which they last did.
  for (const seed of [12, ...Array.from({ length: 50 }, (_, index) => index)]) {
    if (faults.length > 0) break;
    const simulation = new Simulation(seed, { schedulers: 2, lenient: true });
    await simulation.run(STEPS);
    faults.push(...simulation.violations.filter((fault) => fault.startsWith('I9')));
  }
  expect(faults).not.toEqual([]);
}, 180_000);
