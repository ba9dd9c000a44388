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
  GILD_LOG: settings.log,
});
