import type { AuditFinding } from '@gild/contracts';
import type { RecordedEvent } from '@gild/ports';

type Found = { index: number; event: RecordedEvent };

const named = ({ position, stream, revision, id, type }: RecordedEvent): string =>
  `${type} at position ${position}, revision ${String(revision)} of ${stream}, id ${id}`;

const identity = ({ event: { stream, revision, id } }: Found) => ({ stream, revision, id });

export const editedFinding = (index: number, found: Found): AuditFinding => ({
  kind: 'edited',
  index,
  ...identity(found),
  message: `event ${String(index)} is not what was signed (${named(found.event)})`,
});

export const insertedFinding = (found: Found): AuditFinding => ({
  kind: 'inserted',
  index: found.index,
  ...identity(found),
  message: `event ${String(found.index)} was never signed, and stands between events that were (${named(found.event)})`,
});

export const reorderedFinding = (index: number, found: Found): AuditFinding => ({
  kind: 'reordered',
  index,
  found_at: found.index,
  ...identity(found),
  message: `event ${String(index)} stands in place ${String(found.index)} now (${named(found.event)})`,
});

type Gap = { before: Found | undefined; isEnd: boolean };

export const removedFinding = (index: number, count: number, { before, isEnd }: Gap): AuditFinding => {
  const last = index + count - 1;
  const which = count === 1 ? `event ${String(index)} is` : `events ${String(index)} to ${String(last)} are`;
  const where = before === undefined ? 'at the beginning' : `after ${named(before.event)}`;
  return {
    kind: 'removed',
    index,
    count,
    message: `${which} gone ${where}${isEnd ? ': the log ends there' : ''}`,
  };
};

export const unreadableFinding = (index: number, before: Found | undefined, why: string): AuditFinding => ({
  kind: 'unreadable',
  index,
  message: `event ${String(index)} cannot be read${before === undefined ? '' : `, which follows ${named(before.event)}`}: ${why}; nothing after it is judged`,
});

export const tileFinding = (index: number, count: number): AuditFinding => ({
  kind: 'tile',
  index,
  count,
  message: `the stored hashes of events ${String(index)} to ${String(index + count - 1)} are missing or not those that were signed; the events are judged by the signed root`,
});

export const rotationFinding = (found: Found, keyId: string, problem: string): AuditFinding => ({
  kind: 'rotation',
  index: found.index,
  ...identity(found),
  message: `event ${String(found.index)} takes key ${keyId} into use, and ${problem} (${named(found.event)})`,
});

export const checkpointFinding = (stored: number, kept: number): AuditFinding => ({
  kind: 'checkpoint',
  index: stored,
  count: kept - stored,
  message: `the kept checkpoint has ${String(kept)} events, and the newest stored one ${String(stored)}: checkpoints have vanished`,
});

/** Says of what is gone which event it was, where the revisions that one stream lacks are as many. */
export const nameRemoved = (
  findings: readonly AuditFinding[],
  lacking: ReadonlyMap<string, readonly number[]>,
): AuditFinding[] => {
  const gone = findings.reduce((sum, { kind, count = 0 }) => sum + (kind === 'removed' ? count : 0), 0);
  const [[stream, revisions] = ['', []]] = lacking;
  if (lacking.size !== 1 || revisions.length !== gone) return [...findings];
  let next = 0;
  return findings.map((finding) => {
    const revision = revisions[next];
    if (finding.kind !== 'removed' || revision === undefined) return finding;
    next += finding.count ?? 0;
    const which = revisions.slice(revisions.indexOf(revision), next).join(', ');
    return { ...finding, stream, revision, message: `${finding.message}; ${stream} lacks revision ${which}` };
  });
};
