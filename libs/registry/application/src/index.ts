export { type DocumentQueries } from './documents/document-queries.js';
export { type ImageSummary } from './documents/image-summary.js';
export { type History, type HistoryEntry } from './history/history.js';
export { type PolicyRequests } from './policies/policy-requests.js';
export { UNREQUESTED_MS } from './publishing/publishing-process.js';
export { type RegistryDeps } from './registry-deps.js';
export { registryService, type RegistryService } from './registry-service.js';
export { type VmSummary } from './vms/vm-summary.js';
export { type VerifiedVersion } from './verifying/verify-version.js';
