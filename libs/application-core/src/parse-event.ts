import { eventReader, isKnownEvent, type Upcasters } from '@gild/contracts';
import { Fault, type RecordedEvent } from '@gild/ports';
import type { z } from 'zod';

/**
 * Reads events as this release knows them, whatever release wrote them: `eventReader`. Undefined of one that only a newer release knows.
 * `upcasters`: those of the contracts.
 */
export const eventParser: <E>(
  schema: z.ZodType<E>,
  upcasters?: Upcasters,
) => (event: RecordedEvent) => E | undefined = eventReader;

/**
 * Reads events for a decision. One of another family that shares the stream is undefined; one that only a newer release knows may have
 * granted or ended what is decided about, so that nothing can be decided without it.
 * Fault: NEWER_RELEASE.
 */
export const decisive =
  <E>(parse: (event: RecordedEvent) => E | undefined) =>
  (recorded: RecordedEvent): E | undefined => {
    const event = parse(recorded);
    if (event !== undefined || isKnownEvent(recorded)) return event;
    const { stream, type } = recorded;
    throw new Fault(
      'NEWER_RELEASE',
      `nothing is decided about ${stream}: expected events that this release knows, found ${type} of a newer one: upgrade this service`,
    );
  };

type Union = { options: readonly { shape: { type: { value: string } } }[] };

/** The types of the events that a schema knows: what a view of them asks the log for. */
export const typesOf = ({ options }: Union): string[] => options.map(({ shape }) => shape.type.value);
