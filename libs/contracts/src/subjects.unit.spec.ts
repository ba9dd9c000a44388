import { agentOfSubject, answersOf, subjects } from './subjects.js';

it('tells whose subject it is', () => {
  expect(agentOfSubject(subjects.agentSync('oak'))).toBe('oak');
  expect(agentOfSubject(subjects.jobLog('oak', 'j1'))).toBe('oak');
  expect(agentOfSubject(subjects.jobs)).toBeUndefined();
});

it('awaits the answers of an agent where the agent may speak, and all others where the asker listens', () => {
  expect(answersOf(subjects.plan('oak'))).toBe('gild.agent.oak.answer');
  expect(answersOf(subjects.agentSync('oak'))).toBeUndefined();
  expect(answersOf(subjects.jobs)).toBeUndefined();
});
