/** The scheduler's application service. */
export const SCHEDULER = Symbol('SchedulerService');
