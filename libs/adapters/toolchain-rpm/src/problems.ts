import { closeNames, lastLines, noSpace, unreadMirror, withoutUserinfo } from '@gild/layer-steps';
import { Fault } from '@gild/ports';

/** Why a question to the repositories has no answer, as `repositories.py` says it. */
export type Problem =
  | { kind: 'unreachable'; message: string; tries?: readonly string[] }
  | { kind: 'unknown'; names: readonly string[]; known: readonly string[] }
  | { kind: 'version'; name: string; version: string; available: readonly string[] }
  | { kind: 'moved'; pinned: readonly string[]; behind: readonly string[] }
  | { kind: 'conflict'; reasons: readonly string[] }
  | { kind: 'gone'; names: readonly string[] }
  | { kind: 'weak'; names: readonly string[] };

/** Of every try one line: what a server answered, or why there was no answer. */
const TRY = /.*(?:Status code: \d+|Curl error).*/g;

/** A server's word that it has not what was asked for; asking again changes nothing. */
const REFUSED = /Status code: 4(?!08|29)\d\d/;

const mayPass = (message: string): boolean => {
  const tries = message.match(TRY) ?? [];
  return tries.length === 0 || tries.some((line) => !REFUSED.test(line));
};

const unknownNames = ({ names, known }: Extract<Problem, { kind: 'unknown' }>): string => {
  const described = names.map((name) => {
    const close = closeNames(name, known);
    return close.length > 0 ? `${name} (close: ${close.join(', ')})` : name;
  });
  return `The repositories have no package ${described.join(', no package ')}.`;
};

const movedOn = ({ pinned, behind }: Extract<Problem, { kind: 'moved' }>): string =>
  pinned.length > 0
    ? `no repository holds any more what the layers below pin: ${pinned.join(', ')}. Pin a version there is, or name a mirror that keeps this one.`
    : `the repositories lag behind the layers below: ${behind.join(', ')}. Try again once the mirror has caught up, or name another one.`;

/** Whether to try again is the question's answer alone: a package that is missing now may be there with the next index. */
const unreachable = (
  what: string,
  { message, tries = [] }: Extract<Problem, { kind: 'unreachable' }>,
): Fault => unreadMirror(what, [message, ...tries].join('\n'), mayPass(message));

/** The fault a problem is, while doing what. */
export const problemFault = (what: string, problem: Problem): Fault => {
  switch (problem.kind) {
    case 'unreachable':
      return noSpace(what, problem.message) ?? unreachable(what, problem);
    case 'unknown':
      return new Fault('PACKAGE_NOT_FOUND', unknownNames(problem));
    case 'version':
      return new Fault(
        'VERSION_NOT_FOUND',
        `${problem.name} has no version ${problem.version}; available: ${problem.available.join(', ')}.`,
      );
    case 'moved':
      return new Fault('VERSION_NOT_FOUND', `${what}: ${movedOn(problem)}`);
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
  new Fault('PACKAGE_FAILED', `${what} failed. The last it printed:\n${lastLines(withoutUserinfo(output))}`);

/** Why installing failed, with the end of what was printed. */
export const installFailure = (layer: string, output: string): Fault =>
  noSpace(`Installing the packages of layer ${layer}`, output) ??
  new Fault(
    'PACKAGE_FAILED',
    `Installing the packages of layer ${layer} failed. The last it printed:\n${lastLines(output)}`,
  );
