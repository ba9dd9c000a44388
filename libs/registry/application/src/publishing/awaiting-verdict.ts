import { splitStream } from '@gild/contracts';
import type { EventStore } from '@gild/ports';

const REPORTED = 'ArtifactReported';
const OVER = ['AttemptFailed', 'BuildCompleted', 'BuildFailed', 'BuildCancelled'];

/** The jobs whose last artifact nobody has judged, whether or not a number is held for them. */
export const awaitingVerdict = async (store: EventStore): Promise<ReadonlySet<string>> => {
  const waiting = new Set<string>();
  for await (const { stream, type } of store.readAll({ filter: { types: [REPORTED, ...OVER] } })) {
    const { id } = splitStream(stream);
    if (type === REPORTED) waiting.add(id);
    else waiting.delete(id);
  }
  return waiting;
};
