export { type Agent, type AgentDeps, type AgentFolders, hostAgent } from './agent/agent.js';
export { type AgentSettings, readAgentSettings } from './agent/agent-settings.js';
export { BuilderModule } from './builder.module.js';
