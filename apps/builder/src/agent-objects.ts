import { readFile } from 'node:fs/promises';
import { type AgentDeps, layerArchives } from '@gild/builder-edge';
import type { Messenger } from '@gild/ports';
import { openObjectStore, type Operations } from '@gild/service-edge';
import type { z } from 'zod';
import type { BuilderConfig } from './config.js';

type AgentStore = {
  messenger: Messenger;
  folders: { scratch: string; cache: string };
  /** A store of the agent's own is looked after by it. */
  operations: Pick<Operations, 'objectStore' | 'sweepFailed'>;
};

/**
 * Where an agent finds and stores objects: as the farm grants it, without keys, or in the store it was given. Fault:
 * SETTINGS_INVALID.
 */
export const agentObjects = async (
  config: z.output<typeof BuilderConfig>,
  { messenger, folders, operations }: AgentStore,
): Promise<Pick<AgentDeps, 'objects' | 'objectsOf'>> => {
  if (config.GILD_OBJECTS !== 'farm') {
    const linkFrom = [folders.scratch, layerArchives(folders.cache)];
    const { objectStore, sweepFailed } = operations;
    return { objects: objectStore(await openObjectStore(config, { linkFrom, sweepFailed })) };
  }
  const ca = config.GILD_S3_CA && (await readFile(config.GILD_S3_CA, 'utf8'));
  const { grantedObjects } = await import('@gild/object-store-s3');
  const objectsOf = grantedObjects({ messenger, agentId: config.GILD_AGENT_ID, ca });
  return { objects: objectsOf(), objectsOf };
};
