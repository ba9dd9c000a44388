import { withPatience } from './patience.js';

const checks = [{ name: 'a', argv: ['true'], withinMs: 20 }];
const spec = { deadlineMs: 10, checks, emulatedTimes: 4 };

it('gives an emulated machine the time that is told, whole and for each check', () => {
  expect(withPatience(spec, 'tcg')).toStrictEqual({
    deadlineMs: 40,
    checks: [{ ...checks[0], withinMs: 80 }],
    emulatedTimes: 4,
  });
});

it('leaves a machine with its own processor the time as it is', () => {
  expect(withPatience(spec, 'kvm')).toStrictEqual(spec);
});
