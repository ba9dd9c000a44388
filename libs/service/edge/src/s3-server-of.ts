import { readFile } from 'node:fs/promises';
import type { S3Server } from '@gild/object-store-s3';
import { Fault } from '@gild/ports';
import type { z } from 'zod';
import { isLoopback, s3Location } from './s3-location.js';
import type { s3Settings } from './service-config.js';

export type S3Settings = z.output<z.ZodObject<typeof s3Settings>>;

const invalid = (message: string, cause?: unknown): Fault =>
  new Fault('SETTINGS_INVALID', message, { cause });

/** A secret of its own variable, or of the file that another one names. */
const keyOf = async (
  settings: S3Settings,
  name: 'GILD_S3_ACCESS_KEY' | 'GILD_S3_SECRET_KEY',
): Promise<string> => {
  const path = settings[`${name}_FILE`];
  const value = path === undefined ? settings[name] : (await fileOf(`${name}_FILE`, path)).trim();
  if (value === undefined || value === '')
    throw invalid(`${name} or ${name}_FILE is not set, or empty: GILD_OBJECTS names an S3 server`);
  return value;
};

const fileOf = async (name: string, path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw invalid(`${name}: ${(error as Error).message}`, error);
  }
};

/** The server that settings name. Fault: SETTINGS_INVALID, which names the variable and never says a secret. */
export const s3ServerOf = async (objects: string, settings: S3Settings): Promise<S3Server> => {
  const location = s3Location(objects);
  if (location === undefined)
    throw invalid('GILD_OBJECTS: expected s3:https://host:9000/bucket or s3:https://host:9000/bucket/folder');
  if (!location.tls && !isLoopback(location) && settings.GILD_S3_PLAINTEXT !== 'allowed')
    throw invalid(
      `GILD_OBJECTS: what is said to ${location.host} could be read and changed on the way; use https, or set GILD_S3_PLAINTEXT=allowed`,
    );
  return {
    location,
    region: settings.GILD_S3_REGION,
    accessKey: await keyOf(settings, 'GILD_S3_ACCESS_KEY'),
    secretKey: await keyOf(settings, 'GILD_S3_SECRET_KEY'),
    ca: settings.GILD_S3_CA && (await fileOf('GILD_S3_CA', settings.GILD_S3_CA)),
  };
};
