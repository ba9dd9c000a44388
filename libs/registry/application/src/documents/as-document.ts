import type { z } from 'zod';

/** What the log says, as its schema knows it; what was recorded before the schema asked for more is shown as it stands. */
export const asDocument = <S extends z.ZodType>(schema: S, written: unknown): z.output<S> => {
  const parsed = schema.safeParse(written);
  return parsed.success ? parsed.data : (written as z.output<S>);
};
