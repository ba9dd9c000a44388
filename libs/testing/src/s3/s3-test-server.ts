import { Client } from 'minio';

/** A running server and the keys to it. */
export type S3TestServer = {
  name: string;
  location: { host: string; port: number; tls: boolean; bucket: string };
  accessKey: string;
  secretKey: string;
  /** Whether it keeps to `If-None-Match`. */
  isCreateOnly: boolean;
  /** Whether it lists keys in the order of their bytes, as S3 does. */
  isInOrder: boolean;
  /** Whether it tells of uploads that nobody finished. */
  listsUploads: boolean;
  /** Whether it looks at the signature, size and digest of a request that was granted. */
  checksGrants: boolean;
  stop: () => Promise<void>;
};

/** Ways to a server's objects behind the store's back. */
export type S3BackDoor = {
  write: (name: string, content: string) => Promise<void>;
  remove: (name: string) => Promise<void>;
  names: (prefix: string) => Promise<string[]>;
  /** Keys of uploads that nobody finished. */
  uploads: (prefix: string) => Promise<string[]>;
};

export const s3BackDoor = ({ location, accessKey, secretKey }: S3TestServer): S3BackDoor => {
  const { host, port, tls, bucket } = location;
  const keys = { region: 'us-east-1', accessKey, secretKey };
  const client = new Client({ endPoint: host, port, useSSL: tls, ...keys });
  return {
    write: async (name, content) => {
      await client.putObject(bucket, name, content);
    },
    remove: (name) => client.removeObject(bucket, name),
    names: async (prefix) => {
      const names: string[] = [];
      for await (const { name } of client.listObjectsV2(bucket, prefix, true)) names.push(String(name));
      return names;
    },
    uploads: async (prefix) => {
      const { uploads } = await client.listIncompleteUploadsQuery(bucket, '', '', '', '');
      return uploads.map(({ key }) => key).filter((key) => key.startsWith(prefix));
    },
  };
};
