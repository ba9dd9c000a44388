import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { type NatsPeer, natsOptions, NatsStrategy, RepliesInParts } from '@gild/transport-nats';
import type { Logger } from 'pino';
import { ObservedRequests } from './operations/observed-requests.interceptor.js';
import type { Operations } from './operations/operations.js';
import { nestLogger } from './pino-logger.js';

/** A service to run as a process of its own over NATS. */
export type NatsService = {
  /** Name of the queue group that shares the requests. */
  name: string;
  /** A NestJS module whose controllers answer the service's subjects. */
  module: DynamicModule;
  peer: NatsPeer;
  logger: Logger;
  operations: Operations;
  /** Called when the service takes no more requests, but still answers those it has: ends what it holds back. */
  stopping?: () => Promise<void>;
  /** Called after the service stopped taking requests. */
  close: () => Promise<void>;
};

/**
 * Answers requests as a member of the queue group `name` until SIGTERM or SIGINT: then it is not ready any more, takes
 * nothing new, lets running requests finish (for ten seconds at most), closes, and the process ends by itself; how it is
 * watched ends last. A second signal exits at once.
 */
export const runNatsService = async ({
  name,
  module,
  peer,
  logger,
  operations,
  stopping,
  close,
}: NatsService): Promise<void> => {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    strategy: new NatsStrategy({ ...natsOptions(peer), queue: name }),
    logger: nestLogger(logger),
  });
  app.useGlobalInterceptors(new ObservedRequests(operations), new RepliesInParts());
  await app.listen();
  operations.readiness.open();
  logger.info({ servers: peer.servers }, 'ready');
  await firstSignal();
  operations.readiness.drain();
  logger.info('stopping: finishing what runs; a second signal exits at once');
  await Promise.all([app.close(), stopping?.()]);
  await close();
  await operations.close();
};

/** Resolves at the first SIGTERM or SIGINT; from then on the next one ends the process. */
export const firstSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      resolve(signal);
      process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
      const exit = () => process.exit(130);
      process.once('SIGTERM', exit).once('SIGINT', exit);
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
