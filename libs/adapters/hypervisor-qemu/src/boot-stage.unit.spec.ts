import type { BootCheck, CheckResult } from '@gild/contracts';
import { bootStage } from './boot-stage.js';

const check = (name: string): BootCheck => ({ name, argv: ['true'], withinMs: 1 });
const WANTED = ['nginx/unit', 'docker/daemon', 'docker/container'].map(check);
const passed = (name: string): CheckResult => ({ name, passed: true, attempts: 1, output: '', ms: 1 });
const UP = { msToKernel: 1, msToUserspace: 2 };

it.each([
  [{}, [], 'its kernel did not start'],
  [{ msToKernel: 1 }, [], 'its test agent did not speak'],
  [UP, [], '3 of its 3 checks were not done, nginx/unit first'],
  [UP, ['docker/daemon'], '2 of its 3 checks were not done, nginx/unit first'],
  [UP, ['nginx/unit', 'docker/daemon'], 'the check docker/container was not done'],
  [UP, ['nginx/unit', 'docker/daemon', 'docker/container'], 'it had not said which units failed'],
])('says of a machine at %j with %j decided that %s', (times, decided, sentence) => {
  expect(bootStage({ times, checks: decided.map(passed) }, WANTED)).toBe(sentence);
});
