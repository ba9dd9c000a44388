import { objectKeys, type StoredObject } from '@gild/contracts';
import { faultCode } from '@gild/ports';
import { hex } from '@gild/proof-domain';
import type { BackupDeps, Course } from './backup-deps.js';
import { removedBy } from './claims.js';
import { type Copied, copyClaimed, copyPlain, type Copying } from './copy-objects.js';
import { jsonLines } from './json-lines.js';
import { severalAtATime } from './several-at-a-time.js';
import { readObjectLists } from './read-backup.js';
import { backupKeys, type Manifest, readManifest } from './manifest.js';
import { type WrittenHistory, writeHistory } from './write-history.js';

/** What a backup came to. `copied…`: what was not in the folder before. */
export type BackupReport = {
  manifest: Manifest;
  copied: number;
  copied_bytes: number;
};

const LIST_OBJECTS = 10_000;
const MOST_ROUNDS = 5;

/**
 * Brings the folder up to the farm as it is now, while that goes on. First the proof, then the events up to one position, then the
 * objects these name: an older proof beside newer events is harmless, and an event without its object a lost image. Objects that are there are
 * not copied again, and pages of events compared; until the manifest is replaced at the end the folder is the backup it was before. Objects that are gone or
 * damaged in the farm are named in the manifest and keep no other from being copied.
 * Faults: OTHER_HISTORY, BACKUP_DAMAGED, those of the stores.
 */
export const backUp = async (deps: BackupDeps, course: Course): Promise<BackupReport> => {
  const previous = await readManifest(deps.place);
  const held = previous === undefined ? [] : await heldObjects(deps, previous);
  const copying: Copying = {
    ...{ from: deps.objects, to: deps.place.objects, signal: course.signal },
    known: new Map(held.map((object) => [object.key, object])),
  };
  const proof = await severalAtATime(deps.objects.list(objectKeys.proof()), (key) =>
    stoppable(copying, () => copyPlain(key, copying)),
  );
  const { history, copied } = await copyFarm(deps, { previous, copying, course });
  const all = [...proof, ...copied];
  const manifest = await settle(deps, history, all);
  await sweep(deps, manifest);
  const fresh = all.flatMap((each) => ('object' in each && each.copied ? [each.object] : []));
  return { manifest, copied: fresh.length, copied_bytes: bytesOf(fresh) };
};

/** What is known to be there without reading it. Where a list is damaged all is looked at again, and the list written anew. */
const heldObjects = ({ place }: BackupDeps, previous: Manifest): Promise<StoredObject[]> =>
  readObjectLists(place, previous).catch((error: unknown) => {
    if (faultCode(error) !== 'BACKUP_DAMAGED') throw error;
    return [];
  });

type Given = { previous: Manifest | undefined; copying: Copying; course: Course };

/**
 * A version that is deleted while its objects are copied leaves a history that still names them: then it is read again, up to where
 * they are gone.
 */
const copyFarm = async (
  deps: BackupDeps,
  { previous, copying, course }: Given,
): Promise<{ history: WrittenHistory; copied: Copied[] }> => {
  const copied = new Map<string, Copied>();
  for (let round = 1; ; round += 1) {
    const history = await writeHistory(deps, previous, course);
    const now = await copyNamed(history, copying, course);
    for (const each of now) if (!copied.get(keyOf(each)) || 'lack' in each) copied.set(keyOf(each), each);
    const lacking = new Set(now.flatMap((each) => ('lack' in each ? [each.lack.key] : [])));
    if (round === MOST_ROUNDS || !(await wereRemoved(lacking, history, deps)))
      return { history, copied: now.map((each) => copied.get(keyOf(each)) ?? each) };
  }
};

const copyNamed = async (
  { claims }: WrittenHistory,
  copying: Copying,
  { progress }: Course,
): Promise<Copied[]> => {
  const claimed = claims.objects();
  const logs: string[] = [];
  for await (const key of copying.from.list(objectKeys.logs())) if (claims.isLog(key)) logs.push(key);
  const total = claimed.length + logs.length;
  const copied: Copied[] = [];
  let done = 0;
  const take = (each: Copied, reported = false): void => {
    // What an agent reported may never have been: a farm refuses it, and publishes nothing of it.
    if (!(reported && 'lack' in each)) copied.push(each);
    progress({ doing: 'objects', done: (done += 1), total });
  };
  for (const claim of claimed)
    take(await stoppable(copying, () => copyClaimed(claim, copying)), claim.reported);
  await severalAtATime(logs, async (key) => take(await stoppable(copying, () => copyPlain(key, copying))));
  return copied;
};

const stoppable = async <T>({ signal }: Copying, work: () => Promise<T>): Promise<T> => {
  signal.throwIfAborted();
  return work();
};

const keyOf = (each: Copied): string => ('lack' in each ? each.lack.key : each.object.key);

/** Whether one of the keys was removed on record after the history that was read. */
const wereRemoved = async (
  keys: ReadonlySet<string>,
  { position }: WrittenHistory,
  { store }: BackupDeps,
): Promise<boolean> => {
  if (keys.size === 0 || position === undefined) return false;
  const range = { after: position, filter: { types: ['ObjectsRemoved'] } };
  for await (const { type, data } of store.readAll(range))
    if (removedBy(type, data).some((key) => keys.has(key))) return true;
  return false;
};

const settle = async (
  deps: BackupDeps,
  { pages, root, events, position, signed }: WrittenHistory,
  copied: readonly Copied[],
): Promise<Manifest> => {
  const { place, clock, release } = deps;
  const objects = copied
    .flatMap((each) => ('object' in each ? [each.object] : []))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const manifest: Manifest = {
    ...{ gild_backup: 1, release, created_at: clock.now(), events, root },
    ...(position !== undefined && { last_position: position }),
    ...(signed && { signed }),
    ...{ pages, lists: await writeLists(objects, deps), objects: objects.length, bytes: bytesOf(objects) },
    lacking: copied.flatMap((each) => ('lack' in each ? [each.lack] : [])),
  };
  await place.writeManifest(`${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
};

const bytesOf = (objects: readonly StoredObject[]): number =>
  objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const writeLists = async (
  objects: readonly StoredObject[],
  { place, sha256OfBytes }: BackupDeps,
): Promise<StoredObject[]> => {
  const lists: StoredObject[] = [];
  for (let from = 0; from < objects.length; from += LIST_OBJECTS) {
    const part = objects.slice(from, from + LIST_OBJECTS);
    const bytes = jsonLines(part.map(({ key, sha256, sizeBytes }) => ({ key, sha256, sizeBytes })));
    const sha256 = hex(sha256OfBytes(bytes));
    const { created: _, ...list } = await place.objects.put(backupKeys.list(sha256), bytes, sha256);
    lists.push(list);
  }
  return lists;
};

/** Pages and lists that only an earlier manifest, or one that was never written, names. No object of the farm ever goes. */
const sweep = async ({ place }: BackupDeps, { pages, lists }: Manifest): Promise<void> => {
  const named = new Set([...pages, ...lists].map(({ key }) => key));
  for (const prefix of backupKeys.own)
    for await (const key of place.objects.list(prefix)) if (!named.has(key)) await place.objects.delete(key);
};
