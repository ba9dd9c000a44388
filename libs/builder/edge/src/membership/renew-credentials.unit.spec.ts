import { subjects, type UserCredentials } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { fakeClock } from '@gild/testing';
import { renewCredentials } from './renew-credentials.js';

const HOUR = 3_600_000;
const until = (expiresAt: string): UserCredentials => ({ jwt: `until ${expiresAt}`, expiresAt });

const renewing = (answers: (() => UserCredentials)[]) => {
  const clock = fakeClock('2026-11-23T00:00:00.000Z');
  const leaving = new AbortController();
  const [asked, kept, faults]: [string[], UserCredentials[], unknown[]] = [[], [], []];
  const request = async (subject: string): Promise<unknown> => {
    asked.push(subject);
    const answer = answers.shift();
    if (answer === undefined) throw new Error('asked too often');
    return answer();
  };
  const done = renewCredentials({
    ...{ agentId: 'oak', credentials: until('2026-11-24T00:00:00.000Z'), clock, signal: leaving.signal },
    messenger: { request, hint: () => undefined, onHint: async () => () => undefined },
    renewed: async (credentials) => void kept.push(credentials),
    report: (error) => void faults.push(error),
  });
  const stop = () => {
    leaving.abort();
    return done;
  };
  return { clock, asked, kept, faults, stop };
};

it('asks for new credentials when half of their time is over', async () => {
  const fresh = until('2026-11-24T12:00:00.000Z');
  const { clock, asked, kept, stop } = renewing([() => fresh]);
  await clock.advance(12 * HOUR - 1);
  expect(asked).toStrictEqual([]);
  await clock.advance(1);
  expect(asked).toStrictEqual([subjects.agentCredentials('oak')]);
  expect(kept).toStrictEqual([fresh]);
  await clock.advance(12 * HOUR - 1);
  expect(asked).toHaveLength(1);
  await stop();
});

it('says why it gets none, and asks again', async () => {
  const refused = new Fault('AGENT_NOT_JOINED', 'removed');
  const refuse = (): never => {
    throw refused;
  };
  const fresh = until('2026-11-25T00:00:00.000Z');
  const { clock, kept, faults, stop } = renewing([refuse, () => fresh]);
  await clock.advance(12 * HOUR);
  expect(faults).toStrictEqual([refused]);
  await clock.advance(300_000);
  expect(kept).toStrictEqual([fresh]);
  await stop();
});

it('asks once a minute, and no more often, on a host whose clock is days ahead', async () => {
  const over = () => until('2026-11-25T00:00:00.000Z');
  const { clock, asked, faults, stop } = renewing([over, over, over]);
  clock.setWallClock('2026-11-27T00:00:00.000Z');
  await clock.advance(12 * HOUR);
  expect(asked).toHaveLength(1);
  await clock.advance(59_999);
  expect(asked).toHaveLength(1);
  await clock.advance(60_001);
  expect(asked).toHaveLength(3);
  expect(faults).toStrictEqual([]);
  await stop();
});

it('asks twice a day on a host whose clock is days behind', async () => {
  const fresh = () => until('2026-11-25T00:00:00.000Z');
  const { clock, asked, stop } = renewing([fresh, fresh]);
  clock.setWallClock('2026-11-20T00:00:00.000Z');
  await clock.advance(24 * HOUR);
  expect(asked).toHaveLength(2);
  await stop();
});
