import { Fault } from '@gild/ports';
import type { z } from 'zod';

/** The payload as the schema describes it, or the refusal INVALID_REQUEST that names every difference. */
export const parsePayload = <S extends z.ZodType>(schema: S, payload: unknown): z.output<S> => {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
  throw new Fault('INVALID_REQUEST', issues.join('; '), { details: result.error.issues });
};
