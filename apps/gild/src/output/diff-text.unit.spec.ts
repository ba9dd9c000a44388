import type { VersionDiff } from '@gild/contracts';
import { diffText } from './diff-text.js';

const side = (version: string, root = 'a') => ({
  ...{ image_name: 'web', version, arch: 'x86_64', created_at: '2026-11-23T09:00:00.000Z' },
  ...{ checksum: 'c'.repeat(64), rootfs_sha256: root.repeat(64) },
});
const none = { added: [], removed: [], changed: [] };
const same: VersionDiff = {
  ...{ a: side('1.0.0'), b: side('1.0.1'), packages: none, taskservs: none, definition: [] },
  ...{ size: { from: 1e9, to: 1.25e9 }, base: {} },
};

it('says what changed, and what took its place beside it', () => {
  const text = diffText({
    ...same,
    packages: {
      added: [{ name: 'kernel', arch: 'amd64', version: '6.3' }],
      removed: [{ name: 'kernel', arch: 'amd64', version: '6.1' }],
      changed: [{ name: 'bash', arch: 'amd64', from: '5.1', to: '5.2' }],
    },
    taskservs: { ...none, added: [{ name: 'redis', version: '7.0' }] },
    definition: [
      { path: 'disk_size_gb', from: 30, to: 50 },
      { path: 'labels.team', to: '50' },
    ],
    base: { from: 'base@1.0.0', to: 'base@1.1.0' },
  });
  expect(text).toBe(`web@1.0.0 -> web@1.0.1, x86_64

PACKAGE  ARCH   CHANGE   FROM  TO
bash     amd64  changed  5.1   5.2
kernel   amd64  removed  6.1   -
kernel   amd64  added    -     6.3

TASKSERV  CHANGE  FROM  TO
redis     added   -     7.0

CONFIGURATION  FROM  TO
disk_size_gb   30    50
labels.team    -     "50"

base image: base@1.0.0 -> base@1.1.0

image file: 1.00 GB -> 1.25 GB
`);
});

it('says when nothing did, and when files in the image differ all the same', () => {
  expect(diffText(same)).toBe('web@1.0.0 -> web@1.0.1, x86_64\n\nno difference\n');
  expect(diffText({ ...same, b: side('1.0.1', 'b') })).toBe(
    'web@1.0.0 -> web@1.0.1, x86_64\n\nno difference in packages, taskservs and configuration; files in them differ\n',
  );
});

it('cuts what is long, and keeps control characters from the terminal', () => {
  const long = `\u009b31m${'x'.repeat(80)}`;
  const definition = [{ path: 'description', from: 'a\u001b[2J', to: long }];
  const text = diffText({ ...same, definition });
  expect(text).toContain(`"a\\u001b[2J"  "\\x9b31m${'x'.repeat(54)}…\n`);
  const packages = { ...none, added: [{ name: 'a\u001b[2J', arch: 'amd64', version: '1' }] };
  expect(diffText({ ...same, packages })).toContain('a\\x1b[2J');
});
