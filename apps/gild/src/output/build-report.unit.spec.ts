import type { GoldenImageBuildJob } from '@gild/contracts';
import pc from 'picocolors';
import { buildReport } from './build-report.js';
import { progressLineOfSeveral } from './progress-bar.js';

const STARTED = '2026-11-23T09:00:00.000Z';
const job = (arch: string, rest: object = {}) =>
  ({
    ...{ job_id: `job of ${arch}`, arch, image_name: 'web', image_version: '1.0.0', attempt: 1 },
    ...{ status: 'building', progress_percent: 40, current_step: 'disk', started_at: STARTED },
    steps: [
      { name: 'prepare_base', status: 'done', duration_ms: 1000, cache: 'hit' },
      { name: 'apply_optimizations', status: 'skipped', duration_ms: 0, cache: 'none' },
    ],
    ...rest,
  }) as GoldenImageBuildJob;

const reporting = (several: boolean) => {
  const lines: string[] = [];
  let status = '';
  const terminal = {
    ...{ out: () => undefined, clearStatus: () => undefined, interactive: true },
    note: (line: string) => void lines.push(line),
    status: (line: (columns: number) => string) => void (status = line(120)),
    colours: pc.createColors(false),
  };
  const report = buildReport(terminal, () => Date.parse(STARTED) + 90_000, several);
  return { report, lines, status: () => status };
};

it('names no architecture where there is one', () => {
  const { report, lines, status } = reporting(false);
  report.update(job('x86_64'));
  report.update(job('x86_64'));
  report.draw();
  expect(lines).toStrictEqual([
    'web 1.0.0: job job of x86_64',
    '  ✔ prepare_base                      1.0 s  cached',
    '  - apply_optimizations (switched off)',
  ]);
  expect(status()).toMatch(/^web █+░+ {2}40 % {2}1 min 30 s, about .* left {2}disk$/);
});

it('names the architecture in each line where there are several, and shows all under way in one', () => {
  const { report, lines, status } = reporting(true);
  report.update(job('x86_64'));
  report.update(
    job('aarch64', {
      ...{ steps: [], current_step: undefined, progress_percent: 0 },
      status: 'queued',
      waiting_reason: 'no agent for aarch64',
    }),
  );
  report.draw();
  expect(lines).toStrictEqual([
    'x86_64: web 1.0.0: job job of x86_64',
    '  ✔ x86_64  prepare_base                      1.0 s  cached',
    '  - x86_64  apply_optimizations (switched off)',
    'aarch64: web 1.0.0: job job of aarch64',
    'aarch64: waiting: no agent for aarch64',
  ]);
  expect(status()).toBe('web 1 min 30 s  x86_64 ████░░░░░░  40 % disk · aarch64 ░░░░░░░░░░   0 % queued');
});

it('draws nothing before a build has started', () => {
  const { report, status } = reporting(true);
  report.draw();
  report.update(job('x86_64', { started_at: undefined }));
  report.draw();
  expect(status()).toBe('');
});

it('cuts a line of several builds off where the terminal ends', () => {
  const parts = ['x86_64', 'aarch64'].map((arch) => ({ arch, percent: 50, step: 'taskserv:nginx' }));
  const line = progressLineOfSeveral({ label: 'web', elapsedMs: 1000, parts }, 40);
  expect(line).toHaveLength(40);
  expect(line.endsWith('…')).toBe(true);
});
