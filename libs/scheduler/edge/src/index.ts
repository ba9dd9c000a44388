export { SchedulerModule } from './scheduler.module.js';
export { SCHEDULER } from './tokens.js';
