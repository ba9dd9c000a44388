export { type Agent, type AgentDeps, type AgentFolders, hostAgent, layerArchives } from './agent/agent.js';
export { LAYER_CACHE_VARIABLE, layerCacheSize } from './agent/layer-cache-size.js';
export { BuilderModule } from './builder.module.js';
export { hostArch } from './host-arch.js';
export { PLANNER } from './tokens.js';
