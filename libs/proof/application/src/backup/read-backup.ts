import { StoredObject } from '@gild/contracts';
import type { EventMetadata, Sha256OfBytes } from '@gild/ports';
import { type ProvenEvent, treeHashes } from '@gild/proof-domain';
import { z } from 'zod';
import { HistoryTree } from './history-tree.js';
import { readLines } from './json-lines.js';
import { type BackupPlace, damagedBackup, type Manifest } from './manifest.js';

const json = z.record(z.string(), z.unknown());
const EventLine = z.object({
  stream: z.string(),
  revision: z.int().min(0),
  id: z.string(),
  type: z.string(),
  data: json,
  metadata: json,
});

/** An event of a backup. */
export type BackedUpEvent = ProvenEvent & { metadata: EventMetadata };

/** The events of a backup in their order, each page checked as a whole. Fault: BACKUP_DAMAGED. */
export async function* backedUpEvents(
  place: BackupPlace,
  { pages }: Manifest,
): AsyncGenerator<BackedUpEvent> {
  for (const page of pages) {
    const lines = await readLines(place.objects, page, EventLine);
    // What is read is what the digest was taken over, and that was an event of a store.
    yield* lines as BackedUpEvent[];
  }
}

/** The objects of a backup in the order of their keys. Fault: BACKUP_DAMAGED. */
export const readObjectLists = async (place: BackupPlace, { lists }: Manifest): Promise<StoredObject[]> => {
  const all: StoredObject[] = [];
  for (const list of lists) all.push(...(await readLines(place.objects, list, StoredObject)));
  return all;
};

type Judged = { place: BackupPlace; manifest: Manifest; sha256OfBytes: Sha256OfBytes };

/**
 * Reads the whole history: it has as many events as the manifest says, under its root, and no stream lacks a revision. Fault:
 * BACKUP_DAMAGED.
 */
export const requireWholeHistory = async (
  { place, manifest, sha256OfBytes }: Judged,
  each: (event: BackedUpEvent, tree: HistoryTree) => void = () => undefined,
): Promise<void> => {
  const tree = new HistoryTree(treeHashes(sha256OfBytes));
  const revisions = new Map<string, number>();
  for await (const event of backedUpEvents(place, manifest)) {
    const expected = (revisions.get(event.stream) ?? -1) + 1;
    if (event.revision !== expected)
      throw damagedBackup(
        `${event.stream} has revision ${String(event.revision)} where ${String(expected)} is expected`,
      );
    revisions.set(event.stream, expected);
    tree.add(event);
    each(event, tree);
  }
  if (tree.size !== manifest.events || tree.root() !== manifest.root)
    throw damagedBackup(
      `its events are not those of its manifest: expected ${String(manifest.events)} under the root ${manifest.root}, found ${String(tree.size)} under ${tree.root()}`,
    );
};
