import { isWhole, restoredText } from './backup-text.js';
import type { Restored } from './run-restore.js';

const ROOT = 'c0'.repeat(32);

const manifest = {
  ...{ gild_backup: 1 as const, release: '0.1.0', created_at: '2026-01-01T00:00:00.000Z', root: ROOT },
  ...{ events: 1, pages: [], lists: [], objects: 0, bytes: 0, lacking: [] },
};
const restored: Restored = {
  manifest,
  ...{ damaged: [], unclaimed: [], views: [], place: 'here', key: 'kept' },
  audit: {
    ...{ events: 1, signed: 1, unsigned: 0, key_id: 'c0ffee00', checkpoint: '' },
    ...{ findings: [], more: false, proven: true, root_matches: true },
  },
};

it('says of a restored farm which key judged it, and that only the backup says so', () => {
  expect(restoredText(restored)).toContain(
    'key c0ffee00 judged, the last that the restored history names, and nothing but that history vouches for it',
  );
  expect(isWhole(restored)).toBe(true);
});

it('takes a history without a checkpoint for whole only where it names no key that signs', () => {
  const unsigned = { ...restored, audit: undefined };
  expect(restoredText(unsigned)).toContain('nothing of the history was signed');
  expect(isWhole(unsigned)).toBe(true);
  const named = { ...unsigned, manifest: { ...manifest, signed: { name: 'gild/1', public_key: 'PEM' } } };
  expect(restoredText(named)).toContain('UNPROVEN: the history names a key that signs it');
  expect(isWhole(named)).toBe(false);
});
