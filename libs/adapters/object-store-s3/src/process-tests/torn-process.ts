import { s3ObjectStore, type S3Server } from '../index.js';

/** Sends the parts of an object that never ends, and says so of each that is under way. */
const [server = '', key = ''] = process.argv.slice(2);
const store = s3ObjectStore(JSON.parse(server) as S3Server, {
  pace: { partBytes: 5 * 1024 * 1024 },
  sweepFailed: () => undefined, // not every server lists its uploads
});
const endless = async function* () {
  for (;;) {
    yield await Promise.resolve(new Uint8Array(5 * 1024 * 1024));
    process.stdout.write('part\n');
  }
};
await store.put(key, endless());
