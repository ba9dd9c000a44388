import { ACTOR_HEADER, actorFromHeader } from '@gild/contracts';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** Who asks, for the record: whom the request names, else nobody but the API. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const header = context.switchToHttp().getRequest<Request>().header(ACTOR_HEADER);
  return header === undefined ? 'api' : actorFromHeader(header);
});
