import { Fault } from '@gild/ports';
import { withoutUserinfo } from './without-userinfo.js';

/** A mirror gave no answer, or not what was asked for; `told` is what the package manager says of it. */
export const unreadMirror = (what: string, told: string, retryable: boolean): Fault =>
  new Fault(
    'MIRROR_UNREACHABLE',
    `${what}: a mirror could not be read.\n${withoutUserinfo(told)}\n` +
      'If this host does not reach it, or it has not what is asked for, name one that does under `mirrors` in agent.yaml; ' +
      "where it is a taskserv's repository, correct its address in the taskserv.",
    { retryable },
  );
