import { restoredText } from './backup-text.js';
import type { Restored } from './run-restore.js';

it('says of a restored farm which key judged it, and that only the backup says so', () => {
  const restored = {
    ...{ manifest: { events: 1, objects: 0, created_at: 'now', lacking: [] }, damaged: [], unclaimed: [] },
    ...{ views: [], place: 'here', key: 'kept' },
    audit: {
      events: 1,
      signed: 1,
      unsigned: 0,
      key_id: 'c0ffee00',
      findings: [],
      proven: true,
      root_matches: true,
    },
  } as unknown as Restored;
  expect(restoredText(restored)).toContain(
    'key c0ffee00 judged, the last that the restored history names, and nothing but that history vouches for it',
  );
});
