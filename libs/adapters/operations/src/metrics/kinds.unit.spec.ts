import { subjects } from '@gild/contracts';
import { stepKind } from './step-kind.js';
import { subjectKind } from './subject-kind.js';

it.each([
  [subjects.agentSync('oak'), 'gild.agent.*.sync'],
  [subjects.plan('agent'), 'gild.agent.*.plan'],
  [subjects.requestBuild, subjects.requestBuild],
])('counts %s as %s', (subject, kind) => {
  expect(subjectKind(subject)).toBe(kind);
});

it.each([
  ['taskserv:nginx', 'taskserv'],
  ['boot_test', 'boot_test'],
  ['of_a_later_release', 'other'],
])('counts the step %s as %s', (step, kind) => {
  expect(stepKind(step)).toBe(kind);
});
