import { Fault } from '@gild/ports';
import { problemFault, type Problem } from './problems.js';

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What `repositories.py` answered. Faults: that of the problem it tells, and PACKAGE_FAILED for what is no answer of its. */
export const readAnswer = (what: string, text: string): object => {
  const answer = jsonIn(text);
  if (!isObject(answer))
    throw new Fault('PACKAGE_FAILED', `${what} failed: the answer is none of Gild's own program.`);
  if ('problem' in answer && isObject(answer.problem)) throw problemFault(what, answer.problem as Problem);
  return answer;
};
