import fc from 'fast-check';
import { progressPercent, stepProgress, type WeighedStep } from './progress.js';
import { expectedMs, remember, stepKey } from './step-weights.js';

const step = (status: WeighedStep['status'], weightMs: number): WeighedStep => ({ status, weightMs });

it('counts finished steps by their weight and the running one as far as it is', () => {
  const steps = [
    step('done', 60_000),
    step('running', 20_000),
    step('pending', 20_000),
    step('skipped', 5000),
  ];
  expect(progressPercent(steps, 0)).toBe(60);
  expect(progressPercent(steps, 50)).toBe(70);
});

it('stays below 100 until the build is completed', () =>
  expect(progressPercent([step('done', 10), step('done', 10)], 0)).toBe(99));

it('never goes backwards while steps start, advance and end in order', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 12 }),
      (weights) => {
        const seen: number[] = [];
        const at = (running: number, percent: number) =>
          progressPercent(
            weights.map((weight, index) => {
              if (index < running) return step('done', weight);
              return step(index === running ? 'running' : 'pending', weight);
            }),
            percent,
          );
        weights.forEach((_, index) => seen.push(at(index, 0), at(index, 40), at(index, 100)));
        seen.push(at(weights.length, 0));
        expect(seen).toStrictEqual(seen.toSorted((a, b) => a - b));
      },
    ),
  ));

it('takes the progress of a step from the time it took before', () => {
  expect(stepProgress({ weightMs: 10_000, elapsedMs: 2500 })).toBe(25);
  expect(stepProgress({ weightMs: 10_000, elapsedMs: 60_000 })).toBe(95);
  expect(stepProgress({ weightMs: 0, elapsedMs: 60_000 })).toBe(0);
});

it('expects of a step the median of its latest durations, told apart by whether its layer is cached or emulated', () => {
  const durations = new Map([
    [stepKey({ name: 'disk', cached: false }), [9000, 1000, 2000]],
    [stepKey({ name: 'cleanup', cached: false, emulated: true }), [70_000]],
  ]);
  expect(expectedMs(durations, { name: 'disk', cached: false })).toBe(2000);
  expect(expectedMs(durations, { name: 'disk', cached: true })).toBe(300);
  expect(expectedMs(durations, { name: 'cleanup', cached: false, emulated: true })).toBe(70_000);
  expect(expectedMs(durations, { name: 'cleanup', cached: false })).toBe(1500);
  expect(expectedMs(new Map(), { name: 'taskserv:nginx', cached: false })).toBe(15_000);
  expect(expectedMs(new Map(), { name: 'taskserv:nginx', cached: false, emulated: true })).toBe(60_000);
  expect(expectedMs(new Map(), { name: 'frobnicate', cached: false })).toBe(5000);
  const many = Array.from({ length: 40 }, (_, n) => n).reduce<number[]>(remember, []);
  expect(many).toStrictEqual(Array.from({ length: 15 }, (_, n) => n + 25));
});
