import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectStoreContract, s3BackDoor, s3Candidates, type S3TestServer } from '@gild/testing';
import { s3ObjectStore } from './s3-object-store.js';

/** The smallest parts that S3 allows, so that a large object of a test is one of several. */
const pace = { partBytes: 5 * 1024 * 1024, firstDelayMs: 1 };

const storeOn = ({ accessKey, secretKey, ...server }: S3TestServer, prefix: string) =>
  s3ObjectStore(
    { location: { ...server.location, prefix: `${prefix}/` }, region: 'us-east-1', accessKey, secretKey },
    // Not every server lists its unfinished uploads.
    { pace, sweepFailed: () => undefined },
  );

describe.each(s3Candidates())('$name', ({ name, start }) => {
  let server: S3TestServer;
  let stores = 0;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  objectStoreContract(name, {
    open: async () => {
      const dir = await mkdtemp(join(tmpdir(), 'gild-objects-'));
      const prefix = `t${String(process.pid)}-${String((stores += 1))}`;
      const backDoor = s3BackDoor(server);
      const store = storeOn(server, prefix);
      let files = 0;
      return {
        store,
        isCreateOnly: server.isCreateOnly,
        isInOrder: server.isInOrder,
        another: () => Promise.resolve(storeOn(server, prefix)),
        file: async (content) => {
          const path = join(dir, `file${String((files += 1))}`);
          await writeFile(path, content);
          return path;
        },
        damage: (key) => backDoor.write(`${prefix}/${key}`, 'hellp'),
        destroy: async () => {
          for (const object of await backDoor.names(`${prefix}/`)) await backDoor.remove(object);
          await rm(dir, { recursive: true });
        },
      };
    },
  });
});
