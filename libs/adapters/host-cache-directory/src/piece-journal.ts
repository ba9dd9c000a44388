import { open, readFile, type FileHandle } from 'node:fs/promises';
import { Sha256Hex } from '@gild/contracts';
import { ifPresent } from '@gild/node-runtime';
import type { CopyPiece } from '@gild/ports';
import { z } from 'zod';
import { type CacheFolders, writeDurably } from './cache-folders.js';

const Plan = z.object({
  sha256: Sha256Hex,
  sizeBytes: z.int().min(0),
  pieceBytes: z.int().min(1),
});
/** What is being filled, and in pieces of which size. */
export type Plan = z.infer<typeof Plan>;

/** Which pieces of a plan are complete. */
export type Journal = { plan: Plan; complete: ReadonlySet<number> };

export const piecesOf = ({ sizeBytes, pieceBytes }: Plan): readonly CopyPiece[] =>
  Array.from({ length: Math.ceil(sizeBytes / pieceBytes) }, (_, index) => ({
    index,
    start: index * pieceBytes,
    end: Math.min((index + 1) * pieceBytes, sizeBytes),
  }));

/** The first line is the plan, each further one the number of a piece. A line without an end was cut off, and says nothing. */
const parse = (text: string): Journal | undefined => {
  const [first = '', ...rest] = text.split('\n').slice(0, -1);
  try {
    return { plan: Plan.parse(JSON.parse(first)), complete: new Set(rest.map(Number)) };
  } catch {
    return undefined;
  }
};

/** Undefined when there is none, or none that can be read. */
export const readJournal = async (path: string): Promise<Journal | undefined> => {
  const text = await ifPresent(readFile(path, 'utf8'));
  return text === undefined ? undefined : parse(text);
};

export type JournalFile = { add: (index: number) => Promise<void>; close: () => Promise<void> };

/** Writes the journal anew, without what was cut off of it, and goes on from there. */
export const keepJournal = async (
  folders: CacheFolders,
  path: string,
  { plan, complete }: Journal,
): Promise<JournalFile> => {
  const lines = [JSON.stringify(plan), ...[...complete].map(String)];
  await writeDurably(folders, path, `${lines.join('\n')}\n`);
  const file: FileHandle = await open(path, 'a');
  return {
    add: async (index) => {
      await file.appendFile(`${String(index)}\n`);
      await file.datasync();
    },
    close: () => file.close(),
  };
};
