import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** A definition may have 256 KiB; as JSON, with its line breaks escaped, at most about twice that. */
const MOST_BYTES = 524_288;

/** Lets bodies be as large as the largest definition. For every composition root, before it listens. */
export const takeLargeBodies = (app: INestApplication): void => {
  (app as NestExpressApplication).useBodyParser('json', { limit: MOST_BYTES });
};
