export { type Agent, type AgentDeps, type AgentFolders, hostAgent } from './agent/agent.js';
export { BuilderModule } from './builder.module.js';
export { hostArch } from './host-arch.js';
