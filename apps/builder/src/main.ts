import 'reflect-metadata';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuilderModule, hostAgent, readAgentSettings } from '@gild/builder-edge';
import { randomIds } from '@gild/node-runtime';
import {
  configOrExit,
  natsAccess,
  openOperations,
  orExit,
  runNatsService,
  serviceLogger,
} from '@gild/service-edge';
import { agentPeer, connectNats, natsMessenger } from '@gild/transport-nats';
import { agentObjects } from './agent-objects.js';
import { BuilderConfig } from './config.js';
import { joinedFarm } from './joined.js';

const { version: release } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

const joined = await orExit(joinedFarm(process.env['GILD_STATE']));
const config = configOrExit(BuilderConfig, { ...joined.environment, ...process.env });
const logger = serviceLogger('builder', config.GILD_LOG);
const folders = {
  cache: join(config.GILD_STATE, 'cache'),
  scratch: join(config.GILD_STATE, 'scratch'),
  agentState: join(config.GILD_STATE, 'agent'),
};
for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
const settings = await orExit(readAgentSettings(join(config.GILD_STATE, 'agent.yaml')));
const operations = await openOperations({ service: 'builder', logger, env: process.env });
const peer = agentPeer(await orExit(natsAccess(config, joined.farm)), config.GILD_AGENT_ID);
const connection = operations.bus(await connectNats(peer, (problem) => logger.warn(problem)));
const messenger = operations.messenger(natsMessenger(connection, peer, () => randomIds.uuid()));
const stored = await orExit(agentObjects(config, { messenger, folders, operations }));
const agent = await hostAgent(folders, {
  agentId: config.GILD_AGENT_ID,
  ...stored,
  layerCacheBytes: config.GILD_LAYER_CACHE_GIB,
  slots: config.GILD_SLOTS,
  messenger,
  ids: randomIds,
  release,
  settings,
  emulation: config.GILD_EMULATION,
  observer: { ...operations, tell: (what, facts) => logger.info(facts, what) },
  report: (error) => {
    logger.warn({ err: error }, 'the agent cannot take part; it tries again');
  },
  leaveWhenDrained: config.GILD_LEAVE_WHEN_DRAINED === 'yes',
  ended: (reason) => {
    if (reason === 'drained') logger.info('drained: the agent has left');
    else logger.fatal(reason instanceof Error ? reason.message : String(reason));
    process.exitCode = reason === 'drained' ? 0 : 1;
    process.kill(process.pid, 'SIGTERM');
  },
});

agent.start();
joined.start(messenger, (error) =>
  logger.warn({ err: error }, 'the credentials could not be renewed; it is tried again'),
);
await runNatsService({
  name: 'builder',
  module: BuilderModule.of(agent),
  peer,
  logger,
  operations,
  // Hands back what it builds and refuses the plans it works on while it can still say so.
  stopping: () => {
    joined.stop();
    return agent.stop();
  },
  close: () => connection.close(),
});
