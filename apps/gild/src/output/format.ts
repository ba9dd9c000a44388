/** `48.2 s`, `1 min 12 s`, `2 h 5 min`. */
export const duration = (ms: number): string => {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** `812 B`, `3.4 MB`, `1.25 GB` (powers of ten). */
export const bytes = (count: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toPrecision(3)} ${units[unit]}`;
};

/** Text of untrusted origin made safe for a terminal: control characters but tab and newline are shown as `\xNN`. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, (char) => {
    if (char === '\n' || char === '\t') return char;
    return char === '\r' ? '' : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });

/** Why a layer was not cached, and the layer it was compared with, which `gild plan` names by the same twelve digits. */
export const missText = (reason: string, nearest: { key: string } | undefined): string =>
  nearest === undefined ? reason : `${reason} (nearest: ${nearest.key.slice(0, 12)})`;
