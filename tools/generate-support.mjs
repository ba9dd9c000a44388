// Writes the table of what can be built, from the releases Gild knows and from what the tests have shown.
import { mkdirSync, writeFileSync } from 'node:fs';
import { ARCHES, OS_RELEASES } from '@gild/contracts';
import { readResults } from './support-results.mjs';

const FORMATS = ['qcow2', 'raw', 'vmdk'];
const FIRMWARES = { x86_64: ['bios', 'uefi', 'uefi-secure'], aarch64: ['uefi'] };
const { tested, live } = readResults();

const matches = (row) => (cell) =>
  ['distribution', 'release', 'arch', 'format'].every((key) => cell[key] === row[key]);

const DAY = /^\d{4}-\d\d-\d\d$/;
const unproven = live.filter(({ shown }) => !DAY.test(shown?.on) || !/^[0-9a-f]{64}$/.test(shown.sha256));
if (unproven.length > 0)
  throw new Error(`cells of live mirrors without the image that showed them: ${JSON.stringify(unproven)}`);

/** The best that the cells show of a row under a firmware. */
const best = (cells, row, firmware) => {
  const ofRow = cells.filter(matches(row));
  const booted = ofRow.find((cell) => cell.firmware === firmware);
  const [built] = ofRow;
  return booted ? { ...booted, status: 'booted' } : built && { ...built, status: 'built' };
};

const cellText = (row, firmware) => {
  const proven = best(tested, row, firmware);
  if (proven) return proven.status;
  const once = best(live, row, firmware);
  if (!once) return 'live-only';
  const told = once.shown.mirrors === 'told' ? ', told mirrors' : '';
  return `live-only (${once.status} ${once.shown.on}${told})`;
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

Generated from the results of the end-to-end tests (\`test/support/results.json\`); every full run of the tests fails when what is
\`booted\` or \`built\` differs from it.

- **booted**: every run of the tests builds the image and boots it with that firmware, all checks green.
- **built**: every run builds the image, and does not boot it with that firmware.
- **live-only**: no full run shows it, only the test of live mirrors can (\`GILD_TEST_LIVE='ubuntu 24.04' npm test -- e2e\`, or
  \`'debian 13 aarch64'\`); in brackets what it showed and when, nothing where it did not. The
  results name the image each was shown by; later runs do not check it.
  \`GILD_TEST_AGENT=FILE\` has it use the mirrors an \`agent.yaml\` tells, as RHEL needs.

The images have nginx and, on Debian 12 for x86_64, what all other tests of this run build: databases, hardened and optimized
ones. Those of aarch64, which the tests emulate, are optimized and without automatic updates.
Images of Fedora 43, CentOS Stream 9 and RHEL 10 are also built in every run from repositories of stand-in packages that the tests
make and sign, and not booted; of Ubuntu a base and a layer on it are, and no disk. That shows how Gild deals with them and nothing
about the distributions' own packages: they count for no cell.

| System | Architecture | Format | ${columns.join(' | ')} |
| --- | --- | --- | ${columns.map(() => '---').join(' | ')} |
${rows.map((row) => `| ${line(row)} |`).join('\n')}
`;

mkdirSync('docs/generated', { recursive: true });
writeFileSync('docs/generated/support.md', page);
