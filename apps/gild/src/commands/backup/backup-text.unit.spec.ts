import { restoredText } from './backup-text.js';
import type { Restored } from './run-restore.js';

const ROOT = 'c0'.repeat(32);

it('says of a restored farm which key judged it, and that only the backup says so', () => {
  const restored: Restored = {
    manifest: {
      ...{ gild_backup: 1, release: '0.1.0', created_at: '2026-01-01T00:00:00.000Z', root: ROOT },
      ...{ events: 1, pages: [], lists: [], objects: 0, bytes: 0, lacking: [] },
    },
    ...{ damaged: [], unclaimed: [], views: [], place: 'here', key: 'kept' },
    audit: {
      ...{ events: 1, signed: 1, unsigned: 0, key_id: 'c0ffee00', checkpoint: '' },
      ...{ findings: [], more: false, proven: true, root_matches: true },
    },
  };
  expect(restoredText(restored)).toContain(
    'key c0ffee00 judged, the last that the restored history names, and nothing but that history vouches for it',
  );
});
