import { readEvent, type Upcasters } from '@gild/contracts';
import type { RecordedEvent } from '@gild/ports';
import type { z } from 'zod';

/**
 * Reads events as this release knows them, whatever release wrote them: `readEvent`. Undefined of one that only a newer release knows.
 * `upcasters`: those of the contracts.
 */
export const eventParser =
  <E>(schema: z.ZodType<E>, upcasters?: Upcasters) =>
  (event: RecordedEvent): E | undefined =>
    readEvent(schema, event, upcasters);

type Union = { options: readonly { shape: { type: { value: string } } }[] };

/** The types of the events that a schema knows: what a view of them asks the log for. */
export const typesOf = ({ options }: Union): string[] => options.map(({ shape }) => shape.type.value);
