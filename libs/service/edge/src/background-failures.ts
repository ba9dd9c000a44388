import type { Logger } from 'pino';

/** Whose work failed, where it is of one build or one agent. */
type Blamed = { jobId?: string; agentId?: string };

/** Logs every failure of background work, with the build or the agent it was of. */
export const tellingOfFailures =
  (logger: Logger) =>
  (error: unknown, of?: Blamed): void => {
    logger.error({ ...of, err: error }, 'background work failed; it is tried again');
  };

/** Logs that the history is not the signed one, which somebody must look into. */
export const tellingOfRefusal =
  (logger: Logger) =>
  (error: unknown): void => {
    logger.error({ err: error }, 'the history is not signed any more');
  };
