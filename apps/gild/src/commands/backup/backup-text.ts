import type { BackupReport, BackupVerdict, Lack } from '@gild/proof-application';
import { bytes } from '../../output/format.js';
import { auditText } from '../audit/audit-text.js';
import type { Restored } from './run-restore.js';

const lines = (...texts: readonly string[]): string => `${texts.join('\n')}\n`;
const named = (what: string, lacks: readonly Lack[]): string[] =>
  lacks.map(({ key, reason }) => `${what}: ${key}: ${reason}`);

/** What a person reads of a backup that was made. */
export const backupText = (dir: string, { manifest, copied, copied_bytes }: BackupReport): string => {
  const { events, last_position, objects, lacking, signed } = manifest;
  const until = last_position === undefined ? '' : ` up to position ${last_position}`;
  return lines(
    ...named('LACKS', lacking),
    `${dir}: ${String(events)} events${until} and ${String(objects)} objects of ${bytes(manifest.bytes)}, of which ${String(copied)} (${bytes(copied_bytes)}) are new`,
    ...(signed === undefined ? ['nothing of the history is signed'] : []),
  );
};

/** What a person reads of a backup that was read again. */
export const verdictText = ({ manifest, signed_events, damaged }: BackupVerdict): string => {
  const { events, objects, lacking, created_at } = manifest;
  return lines(
    ...named('DAMAGED', damaged),
    ...named('LACKS', lacking),
    `${String(events)} events, ${String(signed_events)} of them proven by a signed checkpoint, and ${String(objects)} objects of ${bytes(manifest.bytes)}, as of ${created_at}`,
    damaged.length === 0
      ? 'every byte is what was backed up'
      : 'what is named above cannot be restored from it',
  );
};

/** What a person reads of a restored farm. */
export const restoredText = (restored: Restored): string => {
  const { manifest, damaged, unclaimed, views, audit, place, key } = restored;
  return lines(
    ...named('DAMAGED', damaged),
    ...named('LACKS', manifest.lacking),
    ...unclaimed.map((object) => `unclaimed, and left there: ${object}`),
    `${place}: ${String(manifest.events)} events and ${String(manifest.objects - damaged.length)} objects restored, as of ${manifest.created_at}`,
    views.every(({ equal }) => equal)
      ? 'every view follows from the events'
      : 'a view does not follow from the events: gild replay --verify says which',
    ...(audit === undefined
      ? [isUnproven(restored) ? UNPROVEN : 'nothing of the history was signed']
      : [auditText(audit).trimEnd(), judgedBy(audit.key_id)]),
    ...(key === 'other' ? [OTHER_KEY] : []),
    ...((key === 'none' || key === 'other') && manifest.signed !== undefined ? [NO_KEY] : []),
  );
};

const judgedBy = (keyId: string): string =>
  `key ${keyId} judged, the last that the restored history names, and nothing but that history vouches for it: gild audit verify --key FILE of the farm judges by a public key that you kept`;

const OTHER_KEY =
  'the private key in the backup is not that of the key on record, and was not restored: it was replaced after it was copied';
const NO_KEY =
  'the key that signed it is not here: put it in its place before the farm starts, or it is signed afresh with a new one';

const UNPROVEN =
  'UNPROVEN: the history names a key that signs it, and the backup has no checkpoint of that key. It was made in the seconds after the key was first used, and an earlier or later backup has one, or the checkpoints were taken away';

const isUnproven = ({ manifest, audit }: Restored): boolean =>
  audit === undefined && manifest.signed !== undefined;

/** Whether all is there as it was, and proven where the history is signed. Objects that nobody claims are no damage. */
export const isWhole = (restored: Restored): boolean =>
  restored.damaged.length === 0 &&
  restored.manifest.lacking.length === 0 &&
  restored.views.every(({ equal }) => equal) &&
  restored.audit?.proven !== false &&
  !isUnproven(restored);
