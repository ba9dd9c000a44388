import { eventParser } from '@gild/application-core';
import { SigningKeyEvent } from '@gild/contracts';
import { Fault, type RecordedEvent } from '@gild/ports';
import { treeHashes } from '@gild/proof-domain';
import type { BackupDeps, Course } from './backup-deps.js';
import { Claims } from './claims.js';
import { HistoryTree } from './history-tree.js';
import type { EventPage, Manifest } from './manifest.js';
import { PageWriter } from './page-writer.js';

/** A history up to one position, as it was written. */
export type WrittenHistory = {
  pages: EventPage[];
  claims: Claims;
  root: string;
  events: number;
  position: string | undefined;
  /** The key the log says that it is signed with last. */
  signed: Manifest['signed'];
};

/**
 * Writes every event up to where the log ends now. It must continue what the folder holds: who put an older copy of the log back, or took another
 * farm's, is told so and not given the place of the good backup. Fault: OTHER_HISTORY.
 */
export const writeHistory = async (
  deps: BackupDeps,
  previous: Manifest | undefined,
  { signal, progress }: Course,
): Promise<WrittenHistory> => {
  const claims = new Claims();
  const tree = new HistoryTree(treeHashes(deps.sha256OfBytes));
  const pages = new PageWriter(deps);
  const position = await deps.store.head();
  let signed: Manifest['signed'];
  for await (const event of eventsUpTo(position, deps)) {
    signal.throwIfAborted();
    claims.take(event);
    signed = keyIn(event) ?? signed;
    tree.add(event);
    await pages.add(event);
    requireContinued(tree, previous);
    if (tree.size % REPORT_EVERY === 0) progress({ doing: 'events', done: tree.size, total: undefined });
  }
  requireLength(tree, previous);
  return { pages: await pages.end(), claims, root: tree.root(), events: tree.size, position, signed };
};

const requireContinued = (tree: HistoryTree, previous: Manifest | undefined): void => {
  if (tree.size !== previous?.events || tree.root() === previous.root) return;
  throw otherHistory(`its first ${String(previous.events)} events are others`);
};

const requireLength = (tree: HistoryTree, previous: Manifest | undefined): void => {
  if (previous === undefined || tree.size >= previous.events) return;
  throw otherHistory(`it has ${String(tree.size)} events, the backup ${String(previous.events)}`);
};

const keyIn = (event: RecordedEvent): Manifest['signed'] => {
  const recorded = parseKey(event);
  if (recorded === undefined || recorded.type === 'SigningKeyRevoked') return undefined;
  return { name: recorded.data.name, public_key: recorded.data.publicKey };
};

const parseKey = eventParser(SigningKeyEvent);

const REPORT_EVERY = 1_000;

async function* eventsUpTo(
  position: string | undefined,
  { store }: Pick<BackupDeps, 'store'>,
): AsyncGenerator<RecordedEvent> {
  if (position === undefined) return;
  for await (const event of store.readAll()) {
    if (store.comparePositions(event.position, position) > 0) return;
    yield event;
  }
}

const otherHistory = (reason: string): Fault =>
  new Fault(
    'OTHER_HISTORY',
    `the log does not continue the one this folder has a backup of: ${reason}. If an older copy was put back, or the log is another farm's, back it up to another folder`,
  );
