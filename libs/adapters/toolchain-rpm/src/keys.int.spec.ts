import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As the distributions publish them. */
const FINGERPRINTS: Readonly<Record<string, string>> = {
  'fedora-42.asc': 'B0F4950458F69E1150C6C5EDC8AC4916105EF944',
  'fedora-43.asc': 'C6E7F081CF80E13146676E88829B606631645531',
  'fedora-44.asc': '36F612DCF27F7D1A48A835E4DBFCF71C6D9F90A6',
  'centos-official.asc': '99DB70FAE1D7CE227FB6488205B555B38483C65D',
};
const KEYS = fileURLToPath(new URL('../assets/keys/', import.meta.url));

const home = mkdtempSync(join(tmpdir(), 'gild-keys-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it.each(Object.entries(FINGERPRINTS))('ships %s as the key its distribution names', (name, fingerprint) => {
  const argv = ['--homedir', home, '--show-keys', '--with-colons', `${KEYS}${name}`];
  const shown = execFileSync('gpg', argv, { encoding: 'utf8' });
  expect(/^fpr:+([0-9A-F]{40}):/m.exec(shown)?.[1]).toBe(fingerprint);
});
