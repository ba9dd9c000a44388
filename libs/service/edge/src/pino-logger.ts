import type { LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';

/** JSON log lines on stderr, one object a line: level, time, service, context, message. */
export const serviceLogger = (service: string, level: string): Logger =>
  pino({ name: service, level, base: { service } }, pino.destination({ fd: 2, sync: true }));

/** NestJS's own messages through pino. */
export const nestLogger = (logger: Logger): LoggerService => {
  const at =
    (level: 'info' | 'error' | 'warn' | 'debug' | 'trace') =>
    (message: unknown, ...rest: unknown[]) => {
      logger[level]({ context: rest.at(-1) }, String(message));
    };
  return { log: at('debug'), error: at('error'), warn: at('warn'), debug: at('debug'), verbose: at('trace') };
};
