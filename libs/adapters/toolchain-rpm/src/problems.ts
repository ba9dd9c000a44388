import { closeNames, lastLines, noSpace } from '@gild/layer-steps';
import { Fault } from '@gild/ports';

/** Why a question to the repositories has no answer, as `repositories.py` says it. */
export type Problem =
  | { kind: 'unreachable'; message: string }
  | { kind: 'unknown'; names: readonly string[]; known: readonly string[] }
  | { kind: 'version'; name: string; version: string; available: readonly string[] }
  | { kind: 'conflict'; reasons: readonly string[] }
  | { kind: 'gone'; names: readonly string[] }
  | { kind: 'weak'; names: readonly string[] };

/** What a server says that has not what was asked for; asking again changes nothing. */
const REFUSED = /Status code: 4(?!08|29)\d\d/;

const unknownNames = ({ names, known }: Extract<Problem, { kind: 'unknown' }>): string => {
  const described = names.map((name) => {
    const close = closeNames(name, known);
    return close.length > 0 ? `${name} (close: ${close.join(', ')})` : name;
  });
  return `The repositories have no package ${described.join(', no package ')}.`;
};

/** The fault a problem is, while doing what. */
export const problemFault = (what: string, problem: Problem): Fault => {
  switch (problem.kind) {
    case 'unreachable':
      return (
        noSpace(what, problem.message) ??
        new Fault('MIRROR_UNREACHABLE', `${what}: a mirror could not be read.\n${problem.message}`, {
          retryable: !REFUSED.test(problem.message),
        })
      );
    case 'unknown':
      return new Fault('PACKAGE_NOT_FOUND', unknownNames(problem));
    case 'version':
      return new Fault(
        'VERSION_NOT_FOUND',
        `${problem.name} has no version ${problem.version}; available: ${problem.available.join(', ')}.`,
      );
    case 'conflict':
      return new Fault(
        'PACKAGE_CONFLICT',
        `${what}: the packages do not fit together:\n${problem.reasons.join('\n')}`,
      );
    case 'gone':
      return new Fault(
        'MIRROR_UNREACHABLE',
        `The mirror no longer has ${problem.names.join(', ')}: it moved on after this build was planned. Plan again.`,
        { retryable: true },
      );
    case 'weak':
      return new Fault(
        'REPOSITORY_UNTRUSTED',
        `The index gives no sha256 digest of ${problem.names.join(', ')}.`,
      );
  }
};

/** Why the program that asks the repositories ended without an answer. */
export const askingFailure = (what: string, output: string): Fault =>
  noSpace(what, output) ??
  new Fault('PACKAGE_FAILED', `${what} failed. The last it printed:\n${lastLines(output)}`);

/** Why installing failed, with the end of what was printed. */
export const installFailure = (layer: string, output: string): Fault =>
  noSpace(`Installing the packages of layer ${layer}`, output) ??
  new Fault(
    'PACKAGE_FAILED',
    `Installing the packages of layer ${layer} failed. The last it printed:\n${lastLines(output)}`,
  );
