import { systemCode } from './system-error.js';

/** The value of a call, or undefined when what it asks for is not there. */
export const ifPresent = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};
