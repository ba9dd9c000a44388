export { ProofModule } from './proof.module.js';
export { AUDIT } from './tokens.js';
