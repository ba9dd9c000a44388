import { ACTOR_HEADER } from '@gild/contracts';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { askingActor } from './asking-actor.js';

/** Who asks, for the record. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  askingActor(context.switchToHttp().getRequest<Request>().header(ACTOR_HEADER)),
);

/** Who asks, and the `Idempotency-Key` under which the request is made once, where there is one. */
export type Asking = { actor: string; key: string | undefined };

export const Asking = createParamDecorator((_: unknown, context: ExecutionContext): Asking => {
  const request = context.switchToHttp().getRequest<Request>();
  return { actor: askingActor(request.header(ACTOR_HEADER)), key: request.header('idempotency-key') };
});
