import { isReadable, writableBytes } from './writable-keys.js';

const SHA256 = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const GIB = 1024 ** 3;
const writable = (key: string) =>
  writableBytes({ jobId: 'job', attempt: 2, object: { key, sha256: SHA256, sizeBytes: 1 }, diskGib: 10 });

it('lets an attempt store what is named by its digest, as large as its disk allows', () => {
  for (const key of [
    `images/${SHA256}.qcow2`,
    `images/${SHA256}.raw.zst`,
    `images/${SHA256}`,
    `layers/${SHA256}`,
  ])
    expect(writable(key)).toBe(13.5 * GIB);
  for (const key of [`packages/${SHA256}.json`, `package-states/${SHA256}`])
    expect(writable(key)).toBe(256 * 1024 * 1024);
  expect(writable('logs/job/2/000001')).toBe(1024 * 1024);
});

it.each([
  `images/${OTHER}.qcow2`,
  `images/${SHA256}/../../x`,
  `images/${SHA256}.qcow2/x`,
  `layers/${OTHER}`,
  `layers/${SHA256}.x`,
  `inputs/${SHA256}.json`,
  'logs/job/1/000001',
  'logs/job/22/000001',
  'logs/other/2/000001',
  'logs/job/2/latest',
  'logs/job/2/000001/x',
  'anything',
])('lets no attempt store %s', (key) => expect(writable(key)).toBeUndefined());

it('lets agents read what builds are made from, by its digest', () => {
  expect(isReadable(`inputs/${SHA256}.json`)).toBe(true);
  expect(isReadable(`layers/${SHA256}`)).toBe(true);
  for (const key of ['logs/job/1/000001', `images/${SHA256}.raw`, 'inputs/x.json', `inputs/${SHA256}.json/x`])
    expect(isReadable(key)).toBe(false);
});
