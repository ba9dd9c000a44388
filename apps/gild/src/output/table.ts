import { printable } from './format.js';

/** Columns aligned with two spaces between them; the header in upper case. Cells are made safe for a terminal. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string => {
  const lines = [header.map((cell) => cell.toUpperCase()), ...rows.map((row) => row.map(printable))];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return padded.map((line) => `${line.trimEnd()}\n`).join('');
};
