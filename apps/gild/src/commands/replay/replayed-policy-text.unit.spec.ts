import type { FarmFigures, ReplayedPolicy } from '@gild/contracts';
import { replayedPolicyText } from './replayed-policy-text.js';

const figures = (median: number, rest: Partial<FarmFigures> = {}): FarmFigures => ({
  builds: { completed: 3, failed: 0, timed_out: 0, cancelled: 0, refused: 0, open: 0 },
  waiting: { median_seconds: median, p95_seconds: 900, longest_seconds: 900 },
  turnaround: { median_seconds: 600 + median, p95_seconds: 1500, longest_seconds: 1500 },
  at_once: { max: 3, mean: 2.5 },
  agents_used_percent: 42.1,
  last_build_ended_at: '2026-03-01T12:00:00.000Z',
  ...rest,
});

const replayed: ReplayedPolicy = {
  changes: { max_parallel_builds: 6 },
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-02T00:00:00.000Z',
  ...{ builds: 3, left_out: 1 },
  real: figures(300),
  simulated: {
    then: figures(290),
    changed: figures(60, { last_build_ended_at: '2026-03-01T11:50:00.000Z' }),
  },
  model_error: {
    ...{ waiting_seconds: 10, turnaround_seconds: 12, last_build_ended_seconds: -54, other_outcomes: 0 },
  },
  gaining: [
    {
      ...{ job_id: '01A', image_name: 'web', requested_at: '2026-03-01T10:00:00.000Z' },
      turnaround_seconds: { then: 1500, changed: 900 },
      difference_seconds: -600,
    },
  ],
  losing: [],
};

it('tells what was, what the simulation makes of it, the difference, and how far the model is from the truth', () => {
  const text = replayedPolicyText(replayed);
  expect(text).toContain(
    'max_parallel_builds=6, 2026-03-01T00:00:00.000Z to 2026-03-02T00:00:00.000Z: 3 builds;',
  );
  expect(text).toMatch(/^waiting, median +5 min 0 s +4 min 50 s +1 min 0 s +-3 min 50 s$/m);
  expect(text).toMatch(/^builds at once, most +3 +3 +3$/m);
  expect(text).toMatch(/^last build ended .* -10 min 0 s$/m);
  expect(text).toContain(
    'mean per build 10.0 s of waiting and 12.0 s of turnaround; the last build ended 54.0 s sooner; 0 builds ended otherwise',
  );
  expect(text).toMatch(/^01A +web .* 25 min 0 s +15 min 0 s +-10 min 0 s$/m);
  expect(text).toMatch(/no build loses\n$/);
  expect(text).not.toContain('timed out');
});

it('has no table of nothing', () => {
  expect(replayedPolicyText({ ...replayed, builds: 0 })).toMatch(/no build ended in that time/);
});
