export { type AgentSummary } from './requests/agents-query.js';
export { type FarmLoad } from './requests/farm-load.js';
export { type JobsQuery, type WhyReply } from './requests/job-queries.js';
export { type Admission, type SchedulerDeps, type SchedulerTiming } from './scheduler-deps.js';
export { schedulerService, type SchedulerService } from './scheduler-service.js';
