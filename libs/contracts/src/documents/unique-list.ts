import type { z } from 'zod';

/** A list that names nothing twice; every repetition is reported, also beside faulty entries. */
export const uniqueList = <T extends z.ZodType>(list: z.ZodArray<T>) =>
  list
    .superRefine(
      (entries, context) => {
        const firsts = new Map<unknown, number>();
        entries.forEach((entry, index) => {
          const first = firsts.get(entry);
          if (first === undefined) firsts.set(entry, index);
          if (first === undefined || typeof entry !== 'string') return;
          const params = {
            expected: 'no entry twice',
            found: `${JSON.stringify(entry)} again (first at position ${String(first + 1)})`,
          };
          context.addIssue({ code: 'custom', path: [index], params });
        });
      },
      { when: ({ value }: { value: unknown }) => Array.isArray(value) },
    )
    .meta({ uniqueItems: true });
