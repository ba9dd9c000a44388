import { ACTOR_HEADER } from '@gild/contracts';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { askingActor } from './asking-actor.js';

/** Who asks, for the record. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  askingActor(context.switchToHttp().getRequest<Request>().header(ACTOR_HEADER)),
);
