import { Fault } from '@gild/ports';
import { refusalOf } from './refusal-of.js';

it('leaves a refusal as it is', () => {
  const refusal = new Fault('CONFLICT', 'it is taken', { details: { by: 'another' } });
  expect(refusalOf(refusal)).toBe(refusal);
});

it.each(['STORE_UNAVAILABLE', 'STORE_BUSY', 'STORE_FULL'])(
  'refuses what met %s as unavailable, in the words of the store',
  (code) => {
    const details = { free: 0 };
    const fault = new Fault(code, 'free some space', { details, retryable: true });
    expect(refusalOf(fault)).toMatchObject({
      name: 'Fault',
      code: 'UNAVAILABLE',
      message: 'free some space',
      details,
      retryable: true,
      cause: fault,
    });
  },
);

it.each([
  new Fault('STORE_DAMAGED', 'restore it from a backup'),
  new Fault('MIRROR_UNREACHABLE', 'no answer', { retryable: true }),
  new TypeError('x is undefined'),
  'a text',
  undefined,
])('does not know %p', (error) => {
  expect(refusalOf(error)).toBeUndefined();
});
