export { RegistryModule } from './registry.module.js';
export { REGISTRY } from './tokens.js';
