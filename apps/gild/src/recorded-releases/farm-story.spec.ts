import { eventParser, loadDecideAppend } from '@gild/application-core';
import { memoryEventStore } from '@gild/event-store-memory';
import type { Decider } from '@gild/kernel';
import { sha256 } from '@gild/node-runtime';
import type { EventStore } from '@gild/ports';
import type { z } from 'zod';

type Message = { type: string; data: Record<string, unknown> };

/** A line of a recording: what is proven and backed up of an event. */
export type RecordedLine = Message & { stream: string; revision: number; id: string; metadata: object };

const MINUTE_MS = 60_000;
const BEGINNING = Date.parse('2026-03-01T09:00:00.000Z');

/** What happens on a farm, decided by its deciders, at minutes that are always the same. */
export class FarmStory {
  readonly store: EventStore = memoryEventStore();
  #commands = 0;

  get now(): string {
    return new Date(BEGINNING + this.#commands * MINUTE_MS).toISOString();
  }

  /** Gives commands about one stream, each of which has to be accepted and to change something. */
  about<S, C extends { type: string }, E extends Message, R>(
    stream: string,
    decider: Decider<S, C, E, R>,
    events: z.ZodType<E>,
  ): (...commands: C[]) => Promise<void> {
    return async (...commands) => {
      for (const command of commands) {
        const commandId = `command ${String((this.#commands += 1))}`;
        const context = { actor: 'ada', now: this.now, commandId };
        const decision = await loadDecideAppend(
          { store: this.store, sha256 },
          {
            ...{ decider, stream, parse: eventParser(events), command },
            context: { ...context, correlationId: stream, causationId: commandId },
          },
        );
        if (!decision.ok || decision.events.length === 0)
          throw new Error(`${command.type} of ${stream}: ${JSON.stringify(decision)}`);
      }
    };
  }

  /** Records what no decider decides. */
  async record(stream: string, ...events: Message[]): Promise<void> {
    const happened = { initial: [], decide: (event: Message) => ({ ok: true, events: [event] }) as const };
    const decider = { ...happened, evolve: (state: unknown) => state };
    await this.about(stream, decider, { safeParse: () => ({ success: false }) } as never)(...events);
  }

  async lines(): Promise<RecordedLine[]> {
    const lines: RecordedLine[] = [];
    for await (const { stream, revision, id, type, data, metadata } of this.store.readAll())
      lines.push({ stream, revision, id, type, data, metadata });
    return lines;
  }
}
