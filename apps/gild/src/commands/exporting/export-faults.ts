import { saysNoSpace } from '@gild/node-runtime';
import { Fault, faultCode } from '@gild/ports';

/** What stopped the writing of a file, for people: the file's own trouble, or a server that broke off. */
export const exportFault = (error: unknown, path: string): unknown => {
  if (typeof error !== 'object' || error === null || faultCode(error) !== undefined) return error;
  const failure = error as Partial<NodeJS.ErrnoException>;
  switch (failure.code ?? '') {
    case 'ENOSPC':
    case 'EDQUOT':
      return full(path, error);
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return brokenOff(error);
    default:
      return failure.syscall === undefined ? error : unwritable(path, failure);
  }
};

const full = (path: string, cause: unknown): Fault => {
  const message = `no space left for ${path}; free some and export again. Nothing was written`;
  return new Fault('NO_SPACE', message, { cause });
};

const brokenOff = (cause: unknown): Fault => {
  const message = 'the server broke off while sending the disk; nothing was written. Try again';
  return new Fault('UNAVAILABLE', message, { cause, retryable: true });
};

/** The system's message names a temporary file after its comma, which says nothing to anybody. */
const unwritable = (path: string, cause: { message?: string }): Fault => {
  const reason = (cause.message ?? '').split(',')[0] ?? '';
  return new Fault('INVALID_REQUEST', `cannot write ${path}: ${reason}`, { cause });
};

/** What stopped a tool that converts the disk, by what it printed. */
export const toolFault = (tool: string, printed: string): Fault =>
  saysNoSpace(printed)
    ? new Fault('NO_SPACE', 'no space left for the converted disk; free some and export again')
    : new Fault(
        'TOOL_FAILED',
        `${tool} could not convert the disk: ${printed.trim() || 'it printed nothing'}`,
      );
