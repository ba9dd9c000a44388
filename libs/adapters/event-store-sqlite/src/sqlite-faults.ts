import { Fault } from '@gild/ports';
import { errorField } from './error-field.js';

const PRIMARY_CODE = 0xff;
const SHARED_MEMORY_SIZE = 4874; // SQLITE_IOERR_SHMSIZE: no room for the 32 KiB of the -shm file

const KINDS: Record<number, { code: string; retryable: boolean; advice: string }> = {
  5: { code: 'STORE_BUSY', retryable: true, advice: 'another process keeps it locked: try again' },
  6: { code: 'STORE_BUSY', retryable: true, advice: 'another connection keeps it locked: try again' },
  8: {
    code: 'STORE_UNAVAILABLE',
    retryable: false,
    advice: 'make the file and its folder writable for this user',
  },
  10: {
    code: 'STORE_IO',
    retryable: false,
    advice: 'nothing was acknowledged; check the disk (dmesg), then start again: the log is reread from disk',
  },
  11: { code: 'STORE_DAMAGED', retryable: false, advice: 'restore it from a backup' },
  13: {
    code: 'STORE_FULL',
    retryable: true,
    advice: 'nothing was recorded; free space on its disk and try again',
  },
  14: { code: 'STORE_UNAVAILABLE', retryable: false, advice: 'check that its folder exists and is writable' },
  26: {
    code: 'STORE_DAMAGED',
    retryable: false,
    advice: 'the file is not an SQLite database: restore it or move it away',
  },
};

/** The fault for what SQLite threw; anything else passes as it is, for it is a defect of this adapter. */
export const asFault = (error: unknown, path: string): unknown => {
  const code = errorField(error, 'errcode');
  if (typeof code !== 'number') return error;
  const kind = KINDS[code === SHARED_MEMORY_SIZE ? 13 : code & PRIMARY_CODE];
  if (kind === undefined) return error;
  const found = String(errorField(error, 'message'));
  return new Fault(kind.code, `the event store ${path} answered "${found}" (${code}): ${kind.advice}`, {
    cause: error,
    retryable: kind.retryable,
  });
};
