import type { RecordedEvent } from '@gild/ports';

type Schema<E> = { safeParse: (value: unknown) => { success: true; data: E } | { success: false } };

/**
 * The event as this release knows it. A type nobody knows here was written by a newer release: undefined, never an
 * error, because history must stay readable.
 */
export const eventParser =
  <E>(schema: Schema<E>) =>
  ({ type, data }: RecordedEvent): E | undefined => {
    const parsed = schema.safeParse({ type, data });
    return parsed.success ? parsed.data : undefined;
  };

type Union = { options: readonly { shape: { type: { value: string } } }[] };

/** The types of the events that a schema knows: what a view of them asks the log for. */
export const typesOf = ({ options }: Union): string[] => options.map(({ shape }) => shape.type.value);
