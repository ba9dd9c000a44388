import type { AuditFinding, AuditReport } from '@gild/contracts';
import {
  type Checkpoint,
  hashesAtLevel,
  leafHash,
  sameBytes,
  TILE_WIDTH,
  type TreeHashes,
} from '@gild/proof-domain';
import type { EventStore } from '@gild/ports';
import { compareHistory, type FoundEvent, type SignedLeaf } from './compare-history.js';
import { nameRemoved, tileFinding, unreadableFinding } from './findings.js';
import { LackingRevisions } from './lacking-revisions.js';
import { readableEvents } from './readable-events.js';
import { RootsAt } from './roots-at.js';
import type { Rotations } from './rotations.js';
import type { VerifiedTiles } from './verified-tiles.js';

/** Most differences a report lists. */
export const MOST_FINDINGS = 100;

type Given = {
  store: EventStore;
  hashes: TreeHashes;
  checkpoint: Checkpoint;
  tiles: VerifiedTiles;
  rotations: Rotations;
  /** Size of another tree whose root is asked for. */
  alsoAt: number | undefined;
};

export type VerifiedHistory = Pick<AuditReport, 'events' | 'unsigned' | 'findings' | 'more'> & {
  /** Whether the first events give the signed root. */
  isSigned: boolean;
  /** Root of the first `alsoAt` events; undefined when there are not as many. */
  otherRoot: Uint8Array | undefined;
};

/** Reads every event and compares it with what was signed. */
export const verifyHistory = async (given: Given): Promise<VerifiedHistory> => {
  const { checkpoint, tiles, alsoAt, hashes } = given;
  const roots = new RootsAt([checkpoint.size, ...(alsoAt === undefined ? [] : [alsoAt])], hashes);
  const lacking = new LackingRevisions();
  const report = new Findings();
  const course: Course['course'] = { events: 0, unreadable: undefined };
  const events = eventsOf(given, { roots, lacking, course, report });
  const compared = await compareHistory(leavesOf(tiles, report), events, (finding) => report.add(finding));
  for await (const _ of events); // hashes what is left, when there was enough to tell
  report.addEnd(course.unreadable, compared.gone);
  return {
    events: course.events,
    unsigned: compared.unsigned ?? Math.max(0, course.events - checkpoint.size),
    findings: nameRemoved(report.inOrder(), lacking.byStream()),
    more: report.more,
    isSigned: isRoot(checkpoint, roots),
    otherRoot: alsoAt === undefined ? undefined : roots.root(alsoAt),
  };
};

const isRoot = ({ size, root }: Checkpoint, roots: RootsAt): boolean => {
  const found = roots.root(size);
  return found !== undefined && sameBytes(found, root);
};

/** The first differences, and whether there are more. */
class Findings {
  readonly #found: AuditFinding[] = [];
  more = false;

  add(finding: AuditFinding): boolean {
    if (this.#found.length < MOST_FINDINGS) this.#found.push(finding);
    else this.more = true;
    return !this.more;
  }

  /** How it ends: what cannot be read hides what follows, which so is not gone. */
  addEnd(unreadable: AuditFinding | undefined, gone: AuditFinding | undefined): void {
    const end = unreadable ?? gone;
    if (end !== undefined) this.add(end);
    if (unreadable !== undefined) this.more = true;
  }

  inOrder(): AuditFinding[] {
    return this.#found.toSorted((a, b) => a.index - b.index);
  }
}

type Course = {
  roots: RootsAt;
  lacking: LackingRevisions;
  report: Findings;
  course: { events: number; unreadable: AuditFinding | undefined };
};

async function* eventsOf(
  { store, hashes, rotations }: Given,
  { roots, lacking, course, report }: Course,
): AsyncGenerator<FoundEvent> {
  let before: FoundEvent | undefined;
  const unreadable = (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    course.unreadable = unreadableFinding(course.events, before, why);
  };
  for await (const event of readableEvents(store, unreadable)) {
    const hash = leafHash(event, hashes);
    before = { index: course.events, hash, event };
    roots.add(hash);
    lacking.add(event.stream, event.revision);
    course.events += 1;
    const problem = rotations.problemOf(before);
    if (problem !== undefined) report.add(problem);
    yield before;
  }
}

async function* leavesOf({ size, tile }: VerifiedTiles, report: Findings): AsyncGenerator<SignedLeaf> {
  const tiles = Math.ceil(hashesAtLevel(size, 0) / TILE_WIDTH);
  for (let index = 0; index < tiles; index += 1) {
    const first = index * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, size - first);
    const row = await tile(0, index);
    if (row === undefined) report.add(tileFinding(first, width));
    for (let leaf = 0; leaf < width; leaf += 1) yield { index: first + leaf, hash: row?.[leaf] };
  }
}
