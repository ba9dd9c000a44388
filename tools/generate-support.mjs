// Writes the table of what can be built, from the releases Gild knows and from what the tests have shown.
import { mkdirSync, writeFileSync } from 'node:fs';
import { ARCHES, OS_RELEASES } from '@gild/contracts';
import { readResults } from './support-results.mjs';

const FORMATS = ['qcow2', 'raw', 'vmdk'];
const FIRMWARES = { x86_64: ['bios', 'uefi', 'uefi-secure'], aarch64: ['uefi'] };
const { tested, live } = readResults();

const matches = (row) => (cell) =>
  ['distribution', 'release', 'arch', 'format'].every((key) => cell[key] === row[key]);

/** The best that the cells show of a row under a firmware. */
const shown = (cells, row, firmware) => {
  const ofRow = cells.filter(matches(row));
  if (ofRow.some((cell) => cell.firmware === firmware)) return 'booted';
  return ofRow.length > 0 ? 'built' : undefined;
};

const cellText = (row, firmware) => {
  const proven = shown(tested, row, firmware);
  if (proven) return proven;
  const once = shown(live, row, firmware);
  return once ? `live-only (${once})` : 'live-only';
};

const rows = Object.entries(OS_RELEASES).flatMap(([distribution, releases]) =>
  releases.flatMap(({ version }) =>
    ARCHES.flatMap((arch) => FORMATS.map((format) => ({ distribution, release: version, arch, format }))),
  ),
);

const columns = ['bios', 'uefi', 'uefi-secure'];
const line = (row) =>
  [
    `${row.distribution} ${row.release}`,
    row.arch,
    row.format,
    ...columns.map((firmware) => (FIRMWARES[row.arch].includes(firmware) ? cellText(row, firmware) : '–')),
  ].join(' | ');

const page = `# What can be built

Generated from the results of the end-to-end tests (\`test/support/results.json\`); every full run of the tests fails when it
shows anything else.

- **booted**: every run of the tests builds the image and boots it with that firmware, all checks green.
- **built**: every run builds the image, and does not boot it with that firmware.
- **live-only**: no full run shows it, only the test of live mirrors can (\`GILD_TEST_LIVE='ubuntu 24.04' npm test -- e2e\`, or
  \`'debian 13 aarch64'\`); in brackets what it showed when it last ran, nothing where it did not.
  \`GILD_TEST_AGENT=FILE\` has it use the mirrors an \`agent.yaml\` tells, as RHEL needs.

The images have nginx and defaults; those of aarch64, which the tests emulate, are optimized and without automatic updates.
Ubuntu, Fedora, CentOS Stream and RHEL are also built in every run from repositories of stand-in packages that the tests make and
sign, which shows how Gild deals with them and nothing about the distributions' own packages: they count for no cell.

| System | Architecture | Format | ${columns.join(' | ')} |
| --- | --- | --- | ${columns.map(() => '---').join(' | ')} |
${rows.map((row) => `| ${line(row)} |`).join('\n')}
`;

mkdirSync('docs/generated', { recursive: true });
writeFileSync('docs/generated/support.md', page);
