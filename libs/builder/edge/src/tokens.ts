/** Answers plan requests: `PlanRequest` in, `PlanReply` out. */
export const PLANNER = Symbol('Planner');
