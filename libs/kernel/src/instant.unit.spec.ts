import fc from 'fast-check';
import { epochMs, isoTime, laterBy } from './instant.js';

const moment = fc.date({ min: new Date('1600-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });

it('agrees with the calendar of the platform in both directions', () =>
  fc.assert(
    fc.property(moment, (date) => {
      expect(epochMs(date.toISOString())).toBe(date.getTime());
      expect(isoTime(date.getTime())).toBe(date.toISOString());
    }),
  ));

it('adds across a leap day and the end of a year', () => {
  expect(laterBy('2024-02-28T23:59:59.500Z', 1000)).toBe('2024-02-29T00:00:00.500Z');
  expect(laterBy('2026-12-31T23:59:50.000Z', 10_000)).toBe('2027-01-01T00:00:00.000Z');
});

it('reads a time without or with a longer fraction, and nothing that is not a time in UTC', () => {
  expect(epochMs('1970-01-01T00:00:01Z')).toBe(1000);
  expect(epochMs('1970-01-01T00:00:00.123456Z')).toBe(123);
  expect(epochMs('1970-01-01T00:00:00+01:00')).toBeNaN();
  expect(epochMs('yesterday')).toBeNaN();
});
