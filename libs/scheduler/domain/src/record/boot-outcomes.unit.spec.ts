import type { JobEvent } from '@gild/contracts';
import { granted, NOW, request } from '../job/sample-job-events.spec.js';
import { bootOutcomes } from './boot-outcomes.js';
import { evolveRecord, newJobRecord } from './job-record.js';

const outcomesAfter = (...events: JobEvent[]) =>
  bootOutcomes(
    events.reduce(
      (record, event) => evolveRecord(record, event, { time: NOW, durations: new Map() }),
      newJobRecord(request, NOW),
    ),
  );

const planned: JobEvent = {
  type: 'PlanResolved',
  data: {
    attempt: 1,
    steps: [
      {
        ...{ name: 'boot_test', title: 'boot test', cached: false, skipped: false },
        boots: [
          { firmware: 'bios' },
          { firmware: 'uefi' },
          { firmware: 'uefi-secure', untested: 'not signed' },
        ],
      },
    ],
  },
};
const check = { name: 'nginx/unit', passed: true, attempts: 2, output: 'active', ms: 900 };
const times = { msToKernel: 5_000, msToUserspace: 9_000, msToChecksGreen: 30_000 };
const passed: JobEvent = {
  type: 'BootTested',
  data: { attempt: 1, firmware: 'uefi', accelerator: 'tcg', passed: true, ...times, checks: [check] },
};
const failed: JobEvent = {
  type: 'BootTested',
  data: {
    ...{ attempt: 1, firmware: 'bios', accelerator: 'kvm', passed: false, failure: 'it hung', msToKernel: 3 },
    checks: [],
  },
};

it('tells of every firmware how far the image came with it, in one order', () =>
  expect(outcomesAfter(granted(1), planned, passed, failed)).toStrictEqual([
    {
      ...{ firmware: 'bios', outcome: 'failed', reason: 'it hung', accelerator: 'kvm', ms_to_kernel: 3 },
      checks: [],
    },
    {
      ...{ firmware: 'uefi', outcome: 'passed', accelerator: 'tcg', ms_to_kernel: 5_000 },
      ...{ ms_to_userspace: 9_000, ms_to_checks_green: 30_000 },
      checks: [{ name: 'nginx/unit', passed: true, attempts: 2, ms: 900 }],
    },
    { firmware: 'uefi-secure', outcome: 'not_tested', reason: 'not signed', checks: [] },
  ]));

it('tells nothing of an attempt that is over once another is granted', () =>
  expect(outcomesAfter(granted(1), planned, passed, granted(2))).toStrictEqual([]));
