import { StoredObject } from '@gild/contracts';
import { Fault, faultCode, type ObjectStore } from '@gild/ports';
import { z } from 'zod';
import { jsonOf } from './json-of.js';

/** A page of the history: so many events in the order of the log, each a line that is its leaf in the Merkle tree. */
export const EventPage = StoredObject.extend({ events: z.int().min(1) });
export type EventPage = z.infer<typeof EventPage>;

/** An object that the events name and the backup does not hold as they name it. */
export const Lack = z.object({ key: z.string(), reason: z.string() });
export type Lack = z.infer<typeof Lack>;

/** What a backup is: written last, so that a folder whose manifest can be read holds everything it names. */
export const Manifest = z.object({
  gild_backup: z.literal(1),
  release: z.string(),
  created_at: z.string(),
  events: z.int().min(0),
  /** Root of the Merkle tree above the events, in hex. */
  root: z.hash('sha256'),
  /** Where the log ended, as the store it was read from says it; absent of an empty log. */
  last_position: z.string().optional(),
  /** Of the log and its key, in PEM; absent where nothing is signed. */
  signed: z.object({ name: z.string(), public_key: z.string() }).optional(),
  pages: z.array(EventPage),
  /** Lists of the objects as JSON lines, in the order of the keys. */
  lists: z.array(StoredObject),
  objects: z.int().min(0),
  bytes: z.int().min(0),
  lacking: z.array(Lack),
});
export type Manifest = z.infer<typeof Manifest>;

/** Where a backup lies: what `objects` holds counts only as far as the manifest names it. */
export type BackupPlace = {
  objects: ObjectStore;
  /** The text of the manifest; undefined while there is none. */
  readManifest: () => Promise<string | undefined>;
  /** Replaces it in one step: after a crash there is the old one or the new one. */
  writeManifest: (text: string) => Promise<void>;
};

const EVENTS = 'events/';
const LISTS = 'lists/';

/** Keys of what a backup holds beside the farm's own objects. They name the bytes: nothing is ever overwritten. */
export const backupKeys = {
  page: (first: number, sha256: string) => `${EVENTS}${String(first).padStart(12, '0')}-${sha256}.ndjson`,
  list: (sha256: string) => `${LISTS}${sha256}.ndjson`,
  own: [EVENTS, LISTS],
} as const;

/** Undefined where no backup was ever finished. Fault: BACKUP_DAMAGED. */
export const readManifest = async (place: BackupPlace): Promise<Manifest | undefined> => {
  const text = await place.readManifest();
  if (text === undefined) return undefined;
  const parsed = Manifest.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw damagedBackup(`its manifest is none of this release: ${z.prettifyError(parsed.error)}`);
};

/** Faults: BACKUP_ABSENT, BACKUP_DAMAGED. */
export const requireManifest = async (place: BackupPlace): Promise<Manifest> => {
  const found = await readManifest(place);
  if (found !== undefined) return found;
  throw new Fault(
    'BACKUP_ABSENT',
    'expected a folder that gild backup wrote to its end, found no manifest in it',
  );
};

export const damagedBackup = (reason: string, cause?: unknown): Fault =>
  new Fault('BACKUP_DAMAGED', `the backup is damaged: ${reason}`, { cause });

const OF_THE_OBJECT: ReadonlySet<string> = new Set([
  ...['OBJECT_MISSING', 'OBJECT_DAMAGED', 'OBJECT_MISMATCH', 'OBJECT_KEY_INVALID'],
]);

/** What is wrong with an object by the fault that reading it ended with; any other error is thrown. */
export const lackOf = (key: string, error: unknown): Lack => {
  const code = faultCode(error);
  if (code === undefined || !OF_THE_OBJECT.has(code)) throw error;
  return { key, reason: (error as Error).message };
};
