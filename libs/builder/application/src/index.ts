export { agentLoop, type AgentLoop } from './agent/agent-loop.js';
export { type Execute } from './agent/attempts.js';
export { type BuilderDeps, type BuilderLimits } from './builder-deps.js';
export { executeBuild } from './execute-build.js';
export { logWriter } from './log/log-writer.js';
export { planBuild } from './plan-build.js';
export { withBootSlots } from './with-boot-slots.js';
