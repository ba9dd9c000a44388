import { fakeClock } from '@gild/testing';
import { evolveRecord, newJobRecord } from '@gild/scheduler-domain';
import { Leases } from './leases.js';

const LEASE_MS = 30_000;
const NOW = '2026-11-23T09:00:00.000Z';
const ALWAYS = Infinity;
const place = { jobId: 'j', attempt: 1 };
const digest = '0'.repeat(64);
const requested = newJobRecord(
  {
    ...{
      jobId: 'j',
      imageName: 'web',
      imageVersion: '1.0.0',
      buildNumber: 1,
      arch: 'x86_64',
      definition: {},
    },
    ...{ definitionDigest: digest, inputDigest: digest, priority: 0, requestedBy: 'ada', useCache: true },
    ...{ bootTest: true, infrastructureRetries: 2, timeoutMs: 3_600_000 },
  },
  NOW,
);
const grant = { type: 'AttemptGranted', data: { attempt: 1, agentId: 'oak', leaseMs: LEASE_MS } } as const;
const entry = { record: evolveRecord(requested, grant, { time: NOW, durations: new Map() }) };

/** Leases of a scheduler that has just looked at all attempts. */
const looking = () => {
  const clock = fakeClock();
  const leases = new Leases(clock, LEASE_MS);
  leases.looked();
  return { clock, leases };
};

it('an attempt is measured from its first sight on, until its agent was last heard', async () => {
  const { clock, leases } = looking();
  leases.of(entry);
  await clock.advance(20_000);
  leases.renew(entry);
  await clock.advance(5_000);
  expect(leases.tookMs(place)).toBe(25_000);
  expect(leases.tookUntilHeardMs(place, ALWAYS)).toBe(20_000);
});

describe('row 12: an attempt that is parked', () => {
  const parked = {
    type: 'AttemptParked',
    data: { attempt: 1, reason: { code: 'X', message: 'x' } },
  } as const;
  const waits = { record: evolveRecord(entry.record, parked, { time: NOW, durations: new Map() }) };
  const HOUR_MS = 3_600_000;

  it('spends no time of its build, as long as it was', async () => {
    const { clock, leases } = looking();
    leases.of(entry);
    await clock.advance(20_000);
    leases.of(waits);
    await clock.advance(10 * HOUR_MS);
    expect(leases.leftMs(leases.of(waits))).toBe(HOUR_MS - 20_000);
    leases.of(entry);
    await clock.advance(5_000);
    leases.renew(entry);
    expect(leases.leftMs(leases.of(entry))).toBe(HOUR_MS - 25_000);
    expect([leases.tookMs(place), leases.tookUntilHeardMs(place, ALWAYS)]).toStrictEqual([25_000, 25_000]);
  });

  it('spends what is longer than a day', async () => {
    const { clock, leases } = looking();
    leases.of(waits);
    await clock.advance(25 * HOUR_MS - 1);
    expect(leases.isOverdue(leases.of(waits))).toBe(false);
    await clock.advance(1);
    expect(leases.isOverdue(leases.of(waits))).toBe(true);
  });
});

it('nothing is measured of an attempt that may have begun before anybody here looked', async () => {
  const { clock, leases } = looking();
  await clock.advance(LEASE_MS);
  leases.of(entry);
  expect(leases.tookMs(place)).toBeUndefined();
  expect(leases.tookUntilHeardMs(place, ALWAYS)).toBeUndefined();
  expect(leases.isUnheard(entry, ALWAYS)).toBe(false);
});

it('whoever did not hear agents all the while does not say until when one was heard', async () => {
  const { clock, leases } = looking();
  leases.of(entry);
  await clock.advance(20_000);
  expect(leases.tookUntilHeardMs(place, 19_999)).toBeUndefined();
  expect(leases.isUnheard(entry, 19_999)).toBe(false);
  expect(leases.isUnheard(entry, 20_000)).toBe(true);
});

it('an agent that named an attempt before its grant was read here began it', () => {
  const { leases } = looking();
  leases.renewNamed(place);
  leases.of(entry);
  expect(leases.isUnheard(entry, ALWAYS)).toBe(false);
});
