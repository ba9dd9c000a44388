export { type Agent, type AgentDeps, type AgentFolders, hostAgent, layerArchives } from './agent/agent.js';
export { type AgentSettings, readAgentSettings } from './agent/agent-settings.js';
export { buildCaps } from './agent/build-caps.js';
export { hostMemoryBytes } from './agent/host-memory.js';
export { LAYER_CACHE_VARIABLE, layerCacheSize } from './agent/layer-cache-size.js';
export {
  agentKey,
  AgentIdentity,
  formerIdentity,
  isOfFarm,
  readIdentity,
  writeIdentity,
} from './membership/agent-identity.js';
export { renewCredentials } from './membership/renew-credentials.js';
export { SLOTS_VARIABLE, slotsOf } from './agent/slots.js';
export { BuilderModule } from './builder.module.js';
