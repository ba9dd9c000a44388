import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ended, freePort } from '../nats-server.js';
import type { S3TestServer } from './s3-test-server.js';

/** A server that the tests may run against, started when it is asked for. */
export type S3Candidate = { name: string; start: () => Promise<S3TestServer> };

const { PATH = '', GILD_TEST_MINIO, GILD_TEST_S3, GILD_S3_ACCESS_KEY, GILD_S3_SECRET_KEY } = process.env;
const STARTS_WITHIN_MS = 60_000;

const minioProgram =
  GILD_TEST_MINIO ??
  PATH.split(delimiter)
    .map((folder) => join(folder, 'minio'))
    .find((path) => existsSync(path));

const folder = (): string => mkdtempSync(join(tmpdir(), 'gild-s3-'));

/** A bucket that is yet to be made. */
const onLoopback = (port: number) => ({ host: '127.0.0.1', port, tls: false, bucket: 'gild-test' });

const startS3rver = async (): Promise<S3TestServer> => {
  // Loading it takes a while, and most tests need no S3.
  const { default: S3rver } = await import('s3rver');
  const directory = folder();
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory });
  const { port } = await server.run();
  return {
    ...{
      name: 's3rver',
      accessKey: 'S3RVER',
      secretKey: 'S3RVER',
      isCreateOnly: false,
      isInOrder: false,
      listsUploads: false,
      checksGrants: false,
    },
    location: onLoopback(port),
    stop: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

const untilReady = async (url: string, server: ChildProcess): Promise<void> => {
  for (const start = performance.now(); !(await answers(url)); await delay(50))
    if (server.exitCode !== null || performance.now() - start > STARTS_WITHIN_MS)
      throw new Error(`${server.spawnfile} did not start: exit code ${String(server.exitCode)}`);
};

const startMinio = async (program: string): Promise<S3TestServer> => {
  const directory = folder();
  const [port, consolePort] = [await freePort(), await freePort()];
  const keys = { accessKey: 'gild-test', secretKey: 'only-for-tests' };
  const addresses = ['--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${consolePort}`];
  const server = spawn(program, ['server', ...addresses, directory], {
    stdio: 'ignore',
    env: {
      ...process.env,
      MINIO_ROOT_USER: keys.accessKey,
      MINIO_ROOT_PASSWORD: keys.secretKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
  });
  const stop = async () => {
    server.kill('SIGTERM');
    await ended(server);
    rmSync(directory, { recursive: true, force: true });
  };
  await untilReady(`http://127.0.0.1:${port}/minio/health/ready`, server).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    ...{
      name: 'MinIO',
      isCreateOnly: true,
      isInOrder: true,
      listsUploads: true,
      checksGrants: true,
      ...keys,
    },
    location: onLoopback(port),
    stop,
  };
};

const named = (text: string): S3TestServer => {
  const url = new URL(text.slice('s3:'.length));
  const tls = url.protocol === 'https:';
  const port = Number(url.port) || (tls ? 443 : 80);
  return {
    ...{
      name: text,
      isCreateOnly: true,
      isInOrder: true,
      listsUploads: true,
      checksGrants: true,
      stop: () => Promise.resolve(),
    },
    location: { host: url.hostname, port, tls, bucket: url.pathname.split('/')[1] ?? '' },
    accessKey: GILD_S3_ACCESS_KEY ?? '',
    secretKey: GILD_S3_SECRET_KEY ?? '',
  };
};

/**
 * The servers this host can run or was told of; says loudly which those are, and what is not tested. GILD_TEST_MINIO: the program
 * of MinIO where it is not on the PATH. GILD_TEST_S3: a server that runs, with GILD_S3_ACCESS_KEY and GILD_S3_SECRET_KEY.
 */
export const s3Candidates = (): S3Candidate[] => {
  const found: S3Candidate[] = [{ name: 's3rver', start: startS3rver }];
  if (minioProgram !== undefined) found.push({ name: 'MinIO', start: () => startMinio(minioProgram) });
  else
    console.warn('NOT TESTED: MinIO, because no program minio is on the PATH and GILD_TEST_MINIO is not set');
  if (GILD_TEST_S3 !== undefined)
    found.push({ name: GILD_TEST_S3, start: () => Promise.resolve(named(GILD_TEST_S3)) });
  else console.warn('NOT TESTED: a server named by GILD_TEST_S3, because it is not set');
  console.warn(`TESTED with the S3 servers ${found.map(({ name }) => name).join(', ')}`);
  return found;
};

/** The one to test what holds of every server: MinIO where it is there. */
export const bestS3Candidate = (): S3Candidate => {
  const found = s3Candidates();
  return found[1] ?? found[0] ?? { name: 's3rver', start: startS3rver };
};
