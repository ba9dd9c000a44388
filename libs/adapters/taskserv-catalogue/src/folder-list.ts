import { resolve } from 'node:path';

/** The folders of a `GILD_TASKSERVS`: separated by colons, as in `PATH`; empty pieces name none. */
export const folderList = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(':')
    .filter((piece) => piece !== '')
    .map((piece) => resolve(piece));
