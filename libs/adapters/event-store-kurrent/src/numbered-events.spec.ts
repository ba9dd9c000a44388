import type { NewEvent } from '@gild/ports';

/** An event with a fresh id that says its number. */
export const event = (number: number): NewEvent => ({
  id: crypto.randomUUID(),
  type: 'StepFinished',
  data: { number },
  metadata: {
    time: '2026-01-02T03:04:05.678Z',
    actor: 'test',
    correlationId: 'c',
    causationId: 'd',
    schema: 1,
  },
});

/** The numbers from 0 on. */
export const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
