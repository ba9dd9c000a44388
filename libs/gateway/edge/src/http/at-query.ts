import { z } from 'zod';

/** A question that may be asked of the past. */
export const At = z.object({ at: z.string().optional() });

/** A question that only the present answers: to ask it of the past is refused, not answered wrongly. */
export const Now = z.object({ at: z.never({ error: 'only the present can be asked for' }).optional() });
