import type { Failure } from '@gild/contracts';
import { isTrouble, suspicion, withTrouble, type Troubles } from './quarantine.js';

const trouble = (jobId: string, minute: number, second = 0): Troubles[number] => ({
  ...{ jobId, attempt: 1, code: 'NO_SPACE', message: `no space for ${jobId}` },
  time: `2026-11-23T09:${String(minute).padStart(2, '0')}:${String(second).padStart(2, '0')}.000Z`,
});
const after = (...troubles: Troubles[number][]): Troubles => troubles.reduce<Troubles>(withTrouble, []);
const failure = (failureClass: Failure['class'], code = 'X'): Failure => ({
  class: failureClass,
  code,
  message: 'm',
});

describe('a failure speaks against the agent', () => {
  it.each([
    ['its host', failure('infrastructure', 'NO_SPACE')],
    ['its host, which has to be mended', { ...failure('infrastructure', 'TOOL_MISSING'), retryable: false }],
    ['its death', failure('lost', 'AGENT_LOST')],
    ['what it did not begin though it was there', failure('lost', 'START_TIMEOUT')],
  ])('when it is of %s', (_, it) => expect(isTrouble(it)).toBe(true));
  it.each([
    ['the build', failure('install')],
    ['the image', failure('test')],
    ['the definition', failure('definition')],
    ['time', failure('timeout', 'BUILD_SILENT')],
    ['somebody who cancelled', failure('cancelled')],
    ['an agent that was told to leave', failure('infrastructure', 'AGENT_LEAVING')],
    ['the way between agent and scheduler', failure('infrastructure', 'LEASE_LOST')],
    ['an agent that was gone before', failure('lost', 'AGENT_ABSENT')],
    ['a mirror', failure('infrastructure', 'MIRROR_UNREACHABLE')],
    ['the object store', failure('infrastructure', 'STORE_IO')],
    ['what the farm stored', failure('infrastructure', 'BASE_DAMAGED')],
  ])('not when it is of %s', (_, it) => expect(isTrouble(it)).toBe(false));
});

describe('an agent is suspected', () => {
  it('after three builds in a row, and the evidence names them', () => {
    const troubles = after(trouble('a', 0), trouble('b', 1), trouble('c', 2));
    expect(suspicion(troubles, 0)).toStrictEqual({
      reason: '3 builds in a row failed there: no space for c',
      evidence: ['a', 'b', 'c'].map((jobId) => ({
        ...{ jobId, attempt: 1, code: 'NO_SPACE', message: `no space for ${jobId}` },
      })),
    });
    expect(suspicion(troubles.slice(1), 0)).toBeUndefined();
  });
  it('not for one build, however often it failed there', () =>
    expect(suspicion(after(trouble('a', 0), trouble('a', 5), trouble('a', 10)), 0)).toBeUndefined());
  it('not for what befell several builds at the same time', () => {
    const power = [trouble('a', 0), trouble('b', 0, 5), trouble('c', 0, 10), trouble('d', 0, 29)];
    expect(suspicion(after(...power), 0)).toBeUndefined();
    expect(suspicion(after(...power, trouble('e', 1), trouble('f', 2)), 0)).toBeDefined();
  });
  it('on probation after the first build', () =>
    expect(suspicion(after(trouble('a', 0)), 1)).toMatchObject({
      reason: 'the build that tried it failed: no space for a',
    }));
  it('not for nothing', () =>
    expect([suspicion([], 0), suspicion([], 2)]).toStrictEqual([undefined, undefined]));
});
