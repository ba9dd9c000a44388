import { natsSettings, s3Settings, settings } from '@gild/service-edge';
import { folderList } from '@gild/taskserv-catalogue';
import { z } from 'zod';

/** The environment of a registry. */
export const RegistryConfig = z.object({
  ...natsSettings,
  GILD_EVENTS: settings.events,
  GILD_OBJECTS: settings.objects,
  ...s3Settings,
  /** Folders of taskservs beside the shipped ones, separated by colons. */
  GILD_TASKSERVS: z.string().transform(folderList).prefault(''),
  /** PEM file of the Ed25519 key that signs the history; without it nothing is signed. */
  GILD_SIGNING_KEY: z.string().startsWith('/', 'expected the absolute path of a PEM file').optional(),
  /** The name of a log that has none on record yet; without it, one follows from the key. */
  GILD_LOG_ORIGIN: z
    .string()
    .regex(/^[^\s+]+$/u, 'expected a name without spaces and plus signs, such as images.example.org/log')
    .optional(),
  GILD_LOG: settings.log,
});
