import type { AllStreamResolvedEvent, ResolvedEvent } from '@kurrent/kurrentdb-client';
import { Fault, type EventMetadata, type RecordedEvent } from '@gild/ports';
import { encodePosition } from './kurrent-position.js';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/**
 * An event as the port describes it, or undefined for one of the server's own. What another program wrote without our
 * metadata is kept and shown, with what is known of it.
 */
export const toRecordedEvent = ({
  event,
}: ResolvedEvent | AllStreamResolvedEvent): RecordedEvent | undefined => {
  if (event === undefined || event.type.startsWith('$') || event.streamId.startsWith('$')) return undefined;
  if (event.position === undefined) {
    throw new Fault(
      'STORE_UNAVAILABLE',
      `expected a position with event ${event.id}, found none: the server is older than 22.10`,
    );
  }
  const metadata = isRecord(event.metadata) ? event.metadata : {};
  return {
    id: event.id,
    type: event.type,
    data: dataOf(event.data),
    metadata: { ...unknownMetadata(event.created), ...metadata },
    stream: event.streamId,
    revision: Number(event.revision),
    position: encodePosition(event.position),
  };
};

const dataOf = (data: unknown): Record<string, unknown> => {
  if (data instanceof Uint8Array) return { base64: Buffer.from(data).toString('base64') };
  return isRecord(data) ? data : { value: data };
};

const unknownMetadata = (created: Date): EventMetadata => ({
  time: created.toISOString(),
  actor: 'unknown',
  correlationId: '',
  causationId: '',
  schema: 0,
});
