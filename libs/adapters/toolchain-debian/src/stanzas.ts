/** One paragraph of a Debian control file. Field names keep their spelling, continuation lines their line breaks. */
export type Stanza = Readonly<Record<string, string>>;

const parseStanza = (text: string): Stanza => {
  const fields: Record<string, string> = {};
  let current = '';
  for (const line of text.split('\n')) {
    if (/^[ \t]/.test(line)) fields[current] = `${fields[current] ?? ''}\n${line}`;
    else if (!line.startsWith('#') && line.includes(':')) {
      current = line.slice(0, line.indexOf(':'));
      fields[current] = line.slice(line.indexOf(':') + 1).trim();
    }
  }
  return fields;
};

/** Paragraphs of a status file, an index or a `.sources` file, in order. */
export const parseStanzas = (text: string): Stanza[] =>
  text
    .split(/\n[ \t]*\n/)
    .map(parseStanza)
    .filter((stanza) => Object.keys(stanza).length > 0);

/** The text of one paragraph, without its empty line. */
export const renderStanza = (stanza: Stanza): string =>
  Object.entries(stanza)
    .map(([key, value]) => `${key}:${value.startsWith('\n') ? '' : ' '}${value}\n`)
    .join('');
