const ENTRY = 32;
const VOLUME_LABEL = 0x08;
const ARCHIVE = 0x20;
const LONG_NAME = 0x0f;
const LAST_PART = 0x40;
/** Where a part of a long name has its characters, two bytes each. */
const CHARACTERS_AT = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
/** The first day there is: times in a volume would make two of the same files differ. */
const DAY = 0x21;

type FileEntry = { name: string; first: number; size: number; number: number };

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

const shortEntry = (name: Uint8Array, attributes: number): Uint8Array => {
  const entry = new Uint8Array(ENTRY);
  entry.set(name);
  entry[11] = attributes;
  new DataView(entry.buffer).setUint16(24, DAY, true);
  return entry;
};

export const labelEntry = (label: string): Uint8Array => shortEntry(ascii(label.padEnd(11)), VOLUME_LABEL);

/** What readers know a long name's parts to belong to: it is made from the short name. */
const checksumOf = (short: Uint8Array): number =>
  short.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);

/** Thirteen characters of the name; the first that is missing is 0, the others 0xffff. */
const longPart = (name: string, index: number, checksum: number): Uint8Array => {
  const part = new Uint8Array(ENTRY).fill(0xff);
  const view = new DataView(part.buffer);
  const from = index * CHARACTERS_AT.length;
  const isLast = from + CHARACTERS_AT.length >= name.length;
  part[0] = (index + 1) | (isLast ? LAST_PART : 0);
  part[11] = LONG_NAME;
  part[12] = 0;
  part[13] = checksum;
  view.setUint16(26, 0, true);
  CHARACTERS_AT.forEach((at, offset) => {
    const place = from + offset;
    if (place <= name.length) view.setUint16(at, place === name.length ? 0 : name.charCodeAt(place), true);
  });
  return part;
};

/** Of one file: the parts of its long name, the last first, then its short name (`FILE~1`) with what is known of it. */
export const directoryEntries = ({ name, first, size, number }: FileEntry): Uint8Array => {
  const short = ascii(`FILE~${number}`.padEnd(11));
  const parts = Array.from({ length: Math.ceil(name.length / CHARACTERS_AT.length) }, (_, index) =>
    longPart(name, index, checksumOf(short)),
  );
  const entry = shortEntry(short, ARCHIVE);
  const view = new DataView(entry.buffer);
  view.setUint16(26, first, true);
  view.setUint32(28, size, true);
  return Uint8Array.from([...parts.reverse(), entry].flatMap((part) => [...part]));
};
