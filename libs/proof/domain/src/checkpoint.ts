import { base64Bytes } from '@gild/contracts';
import type { TreeHead } from './merkle-proof.js';
import { base64, type NoteCrypto, type NoteKey, openNote } from './signed-note.js';

/** What a log says of itself: how many entries it has, and the root above them (C2SP tlog-checkpoint). */
export type Checkpoint = TreeHead & { origin: string };

const SIZE = /^(0|[1-9][0-9]*)$/;
const ROOT_BYTES = 32;

export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${String(size)}\n${base64(root)}\n`;

/** Undefined when the text is none. Lines after the third are passed over. */
export const parseCheckpoint = (text: string): Checkpoint | undefined => {
  const [origin, count = '', encoded = ''] = text.split('\n');
  const size = SIZE.test(count) ? Number(count) : NaN;
  const root = base64Bytes(encoded);
  if (!origin || !Number.isSafeInteger(size) || root?.length !== ROOT_BYTES) return undefined;
  return { origin, size, root };
};

/** A checkpoint that one of the keys signed for its own log, and which key; undefined when the note is none. */
export const openCheckpoint = (
  note: string,
  keys: readonly NoteKey[],
  crypto: NoteCrypto,
): { checkpoint: Checkpoint; signedBy: NoteKey } | undefined => {
  const opened = openNote(note, keys, crypto);
  if (opened === undefined) return undefined;
  const checkpoint = parseCheckpoint(opened.text);
  return checkpoint?.origin === opened.signedBy.name ? { checkpoint, signedBy: opened.signedBy } : undefined;
};
