import { readFile } from 'node:fs/promises';
import { type AgentDeps, layerArchives } from '@gild/builder-edge';
import type { Messenger, ObjectStore } from '@gild/ports';
import { openObjectStore } from '@gild/service-edge';
import type { z } from 'zod';
import type { BuilderConfig } from './config.js';

type AgentStore = {
  messenger: Messenger;
  folders: { scratch: string; cache: string };
  /** A store of the agent's own is looked after by it. */
  watched: (objects: ObjectStore) => ObjectStore;
};

/**
 * Where an agent finds and stores objects: as the farm grants it, without keys, or in the store it was given. Fault:
 * SETTINGS_INVALID.
 */
export const agentObjects = async (
  config: z.output<typeof BuilderConfig>,
  { messenger, folders, watched }: AgentStore,
): Promise<Pick<AgentDeps, 'objects' | 'objectsOf'>> => {
  if (config.GILD_OBJECTS !== 'farm')
    return {
      objects: watched(await openObjectStore(config, [folders.scratch, layerArchives(folders.cache)])),
    };
  const ca = config.GILD_S3_CA && (await readFile(config.GILD_S3_CA, 'utf8'));
  const { grantedObjects } = await import('@gild/object-store-s3');
  const objectsOf = grantedObjects({ messenger, agentId: config.GILD_AGENT_ID, ca });
  return { objects: objectsOf(), objectsOf };
};
