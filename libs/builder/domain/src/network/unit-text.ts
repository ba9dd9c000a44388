/** A setting of a unit file; without a value it is left out. */
export type Setting = readonly [string, string | number | boolean | undefined];
export type Section = readonly [string, readonly Setting[]];

const valueText = (value: string | number | boolean): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value).replace(/\p{Cc}/gu, ' ');
};

/** A unit file of systemd; sections without settings are left out. A line break in a value cannot begin another line. */
export const unitText = (sections: readonly Section[]): string =>
  sections
    .map(([name, settings]) => {
      const lines = settings.flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${valueText(value)}\n`],
      );
      return lines.length === 0 ? '' : `[${name}]\n${lines.join('')}`;
    })
    .filter((section) => section !== '')
    .join('\n');
