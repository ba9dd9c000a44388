import { currentCall } from '@gild/operations';
import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import { REDACTED_PATHS, withoutSecrets } from './redaction.js';

/**
 * JSON log lines on stderr, one object a line: level, time, service, context, message, and of the call it belongs to the
 * build, attempt, agent, request, trace and who asked. What is known to be secret is not in them.
 */
export const serviceLogger = (
  service: string,
  level: string,
  to: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger =>
  pino(
    {
      ...{ name: service, level, base: { service }, mixin: factsOfCall },
      redact: { paths: REDACTED_PATHS, censor: '[secret]' },
      hooks: { streamWrite: withoutSecrets },
    },
    to,
  );

const factsOfCall = (): object => {
  const { trace, ...facts } = currentCall() ?? {};
  return trace === undefined ? facts : { ...facts, traceId: trace.traceId };
};

/** NestJS's own messages through pino. */
export const nestLogger = (logger: Logger): LoggerService => {
  const at =
    (level: 'info' | 'error' | 'warn' | 'debug' | 'trace') =>
    (message: unknown, ...rest: unknown[]) => {
      logger[level]({ context: rest.at(-1) }, String(message));
    };
  return { log: at('debug'), error: at('error'), warn: at('warn'), debug: at('debug'), verbose: at('trace') };
};
