import { Fault, faultCode } from '@gild/ports';

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** What stopped the writing of a file, for people: the file's own trouble, or a server that broke off. */
export const exportFault = (error: unknown, path: string): unknown => {
  if (typeof error !== 'object' || error === null || faultCode(error) !== undefined) return error;
  const { code = '', syscall, message: said = '' } = error as Partial<NodeJS.ErrnoException>;
  if (FULL.has(code)) {
    const message = `no space left for ${path}; free some and export again. Nothing was written`;
    return new Fault('NO_SPACE', message, { cause: error });
  }
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    const message = 'the server broke off while sending the disk; nothing was written. Try again';
    return new Fault('UNAVAILABLE', message, { cause: error, retryable: true });
  }
  if (syscall === undefined) return error;
  return new Fault('INVALID_REQUEST', `cannot write ${path}: ${said.split(',')[0] ?? ''}`, { cause: error });
};
