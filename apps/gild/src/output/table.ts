import { printable } from './format.js';

const cell = (text: string): string =>
  printable(text)
    .replace(/\s*\n\s*/g, ' ')
    .trim();

/** Columns aligned with two spaces between them; the header in upper case. Cells are made safe for a terminal and get one line each. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string => {
  const lines = [header.map((text) => text.toUpperCase()), ...rows.map((row) => row.map(cell))];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = lines.map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
  return padded.map((line) => `${line.trimEnd()}\n`).join('');
};
