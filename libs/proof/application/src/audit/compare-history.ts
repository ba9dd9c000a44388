import type { AuditFinding } from '@gild/contracts';
import { type Hash, sameBytes } from '@gild/proof-domain';
import type { RecordedEvent } from '@gild/ports';
import { editedFinding, insertedFinding, removedFinding, reorderedFinding } from './findings.js';
import { Lookahead } from './lookahead.js';

/** A leaf that was signed; without a hash where the tile that has it is damaged. */
export type SignedLeaf = { index: number; hash: Hash | undefined; isElsewhere?: boolean };
/** An event that is there. */
export type FoundEvent = { index: number; hash: Hash; event: RecordedEvent; isElsewhere?: boolean };

/** How far what is out of place is looked for. */
export const NEARBY = 1024;

/** False: enough. */
type Tell = (finding: AuditFinding) => boolean;

type Sides = {
  leaves: Lookahead<SignedLeaf>;
  events: Lookahead<FoundEvent>;
  before: FoundEvent | undefined;
};

/**
 * Walks through what was signed and what is there side by side, and tells of each difference. `unsigned`: how many events
 * follow the signed ones. `gone`: the signed ones at the end that are not there. Neither, when the listener had enough.
 */
export const compareHistory = async (
  signed: AsyncIterable<SignedLeaf>,
  there: AsyncIterable<FoundEvent>,
  tell: Tell,
): Promise<{ unsigned?: number; gone?: AuditFinding }> => {
  const sides: Sides = { leaves: new Lookahead(signed), events: new Lookahead(there), before: undefined };
  const { leaves, events } = sides;
  for (;;) {
    const leaf = await leaves.next();
    const found = await events.next();
    if (leaf === undefined) return { unsigned: (await inPlace(events)).length };
    if (leaf.isElsewhere === true) leaves.take();
    else if (found === undefined) return goneAtEnd(sides);
    else if (found.isElsewhere === true) takeEvent(sides, found);
    else if (!(await isStep(sides, { leaf, found }, tell))) return {};
  }
};

type Pair = { leaf: SignedLeaf; found: FoundEvent };

/** Past what is the same, or past what was told to differ; false when the listener has enough. */
const isStep = async (sides: Sides, { leaf, found }: Pair, tell: Tell): Promise<boolean> => {
  if (leaf.hash !== undefined && !isOf(leaf, found)) return tellDifference(sides, { leaf, found }, tell);
  sides.leaves.take();
  takeEvent(sides, found);
  return true;
};

const isOf = ({ hash }: SignedLeaf, found: FoundEvent): boolean =>
  hash !== undefined && sameBytes(hash, found.hash);

const takeEvent = (sides: Sides, found: FoundEvent): void => {
  sides.events.take();
  sides.before = found;
};

/** What is left but for what was found elsewhere already. */
const inPlace = async <T extends { index: number; isElsewhere?: boolean }>(
  left: Lookahead<T>,
): Promise<{ index: number }[]> => {
  const found: { index: number }[] = [];
  for await (const { index, isElsewhere } of left.rest()) if (isElsewhere !== true) found.push({ index });
  return found;
};

const goneAtEnd = async ({ leaves, before }: Sides): Promise<{ unsigned: number; gone?: AuditFinding }> => {
  const gone = await inPlace(leaves);
  const [first] = gone;
  if (first === undefined) return { unsigned: 0 };
  return { unsigned: 0, gone: removedFinding(first.index, gone.length, { before, isEnd: true }) };
};

/** Where each of the two is found on the other side says why they differ. */
const tellDifference = async (sides: Sides, { leaf, found }: Pair, tell: Tell): Promise<boolean> => {
  const coming = await sides.leaves.upcoming(NEARBY);
  const following = await sides.events.upcoming(NEARBY);
  const eventAt = following.findIndex((event) => event.isElsewhere !== true && isOf(leaf, event));
  const placeAt = coming.findIndex((other) => other.isElsewhere !== true && isOf(other, found));
  const [event, place] = [following[eventAt], coming[placeAt]];
  if (event !== undefined && place !== undefined)
    return tellMoved(sides, { leaf, found, event, place, further: eventAt - placeAt }, tell);
  if (place !== undefined) {
    for (let gone = 0; gone < placeAt; gone += 1) sides.leaves.take();
    return tell(removedFinding(leaf.index, placeAt, { before: sides.before, isEnd: false }));
  }
  takeEvent(sides, found);
  if (event !== undefined) return tell(insertedFinding(found));
  sides.leaves.take();
  return tell(editedFinding(leaf.index, found));
};

/** `event`: the one of the leaf. `place`: that of the event that was found. `further`: how much further away the former is. */
type Moved = {
  leaf: SignedLeaf;
  found: FoundEvent;
  event: FoundEvent;
  place: SignedLeaf;
  further: number;
};

/** The one that is further away was moved; both were, when they are as far. */
const tellMoved = (sides: Sides, { leaf, found, event, place, further }: Moved, tell: Tell): boolean => {
  if (further <= 0) {
    takeEvent(sides, found);
    place.isElsewhere = true;
    if (!tell(reorderedFinding(place.index, found))) return false;
  }
  if (further < 0) return true;
  sides.leaves.take();
  event.isElsewhere = true;
  return tell(reorderedFinding(leaf.index, event));
};
