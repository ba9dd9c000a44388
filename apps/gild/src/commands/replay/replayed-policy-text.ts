import type { FarmFigures, ReplayedBuild, ReplayedOutcome, ReplayedPolicy } from '@gild/contracts';
import { duration } from '../../output/format.js';
import { table } from '../../output/table.js';

/** What a policy would have done, beside what was, and how far that can be trusted. */
export const replayedPolicyText = (replayed: ReplayedPolicy): string => {
  const { changes, from, to, builds, left_out: leftOut } = replayed;
  const changed = Object.entries(changes).map(([field, value]) => `${field}=${String(value)}`);
  const others = leftOut === 0 ? '' : `; ${leftOut} had not ended and are in no figure`;
  const head = `${changed.join(' ')}, ${from} to ${to}: ${counted(builds)}${others}\n`;
  if (builds === 0) return `${head}no build ended in that time: nothing to compare\n`;
  return [
    head,
    figuresTable(replayed),
    errorText(replayed),
    buildsTable('gain most', replayed.gaining),
    buildsTable('lose most', replayed.losing),
  ].join('\n');
};

const counted = (builds: number): string => `${builds} ${builds === 1 ? 'build' : 'builds'}`;

type Row = [name: string, of: (figures: FarmFigures) => number, text: (value: number) => string];

const seconds = (value: number): string => duration(value * 1000);
const plain = (value: number): string => String(value);
const percent = (value: number): string => `${value} %`;

const OUTCOMES: Record<ReplayedOutcome, string> = {
  ...{ completed: 'completed', failed: 'failed', timed_out: 'timed out', cancelled: 'cancelled' },
  ...{ refused: 'refused by the policy', open: 'not ended' },
};

const ROWS: readonly Row[] = [
  ['waiting, median', ({ waiting }) => waiting.median_seconds, seconds],
  ['waiting, p95', ({ waiting }) => waiting.p95_seconds, seconds],
  ['waiting, longest', ({ waiting }) => waiting.longest_seconds, seconds],
  ['turnaround, median', ({ turnaround }) => turnaround.median_seconds, seconds],
  ['turnaround, p95', ({ turnaround }) => turnaround.p95_seconds, seconds],
  ['turnaround, longest', ({ turnaround }) => turnaround.longest_seconds, seconds],
  ['builds at once, most', ({ at_once: { max } }) => max, plain],
  ['builds at once, mean', ({ at_once: { mean } }) => mean, plain],
  ['agents used', (figures) => figures.agents_used_percent, percent],
];

const figuresTable = ({ real, simulated: { then, changed } }: ReplayedPolicy): string => {
  const all = [real, then, changed];
  const outcomes = (Object.keys(OUTCOMES) as ReplayedOutcome[])
    .filter((outcome) => all.some(({ builds }) => builds[outcome] > 0))
    .map((outcome): Row => [OUTCOMES[outcome], ({ builds }) => builds[outcome], plain]);
  const rows = [...ROWS, ...outcomes].map(([name, of, text]) => [
    name,
    ...all.map((figures) => text(of(figures))),
    difference(of(changed) - of(then), text),
  ]);
  const ended = [
    'last build ended',
    ...all.map((it) => it.last_build_ended_at ?? ''),
    endedLater(then, changed),
  ];
  return table(['', 'as it was', 'simulated', 'changed', 'difference'], [...rows, ended]);
};

const difference = (value: number, text: (value: number) => string): string => {
  const rounded = Math.round(value * 100) / 100;
  if (rounded === 0) return '';
  return `${rounded < 0 ? '-' : '+'}${text(Math.abs(rounded))}`;
};

const endedLater = (
  { last_build_ended_at: a }: FarmFigures,
  { last_build_ended_at: b }: FarmFigures,
): string =>
  a === undefined || b === undefined ? '' : difference((Date.parse(b) - Date.parse(a)) / 1000, seconds);

const errorText = ({ model_error: error }: ReplayedPolicy): string => {
  const { last_build_ended_seconds: late } = error;
  const last = late === 0 ? 'when it did' : `${seconds(Math.abs(late))} ${late < 0 ? 'sooner' : 'later'}`;
  return [
    "`simulated` is the policy of then; how far it is from `as it was` is the model's error, and differences within it mean nothing:",
    `mean per build ${seconds(error.waiting_seconds)} of waiting and ${seconds(error.turnaround_seconds)} of turnaround; the last build ended ${last}; ${counted(error.other_outcomes)} ended otherwise`,
    '',
  ].join('\n');
};

const buildsTable = (what: string, builds: readonly ReplayedBuild[]): string =>
  builds.length === 0
    ? `no build ${what.startsWith('gain') ? 'gains' : 'loses'}\n`
    : table(
        [`builds that ${what}`, 'image', 'requested', 'simulated', 'changed', 'difference'],
        builds.map(({ turnaround_seconds: took, ...build }) => [
          ...[build.job_id, build.image_name, build.requested_at],
          ...[seconds(took.then), seconds(took.changed), difference(build.difference_seconds, seconds)],
        ]),
      );
