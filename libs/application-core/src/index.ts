export { chosenArtifact } from './chosen-artifact.js';
export { eventId } from './event-id.js';
export { LevelProcess, type LevelProcessDeps } from './level-process.js';
export {
  loadDecideAppend,
  loadState,
  type CommandContext,
  type DecideRequest,
} from './load-decide-append.js';
export { type Keeping } from './marks.js';
export { firstEvent, resolveMoment, type Moment, type MomentOf } from './moments/moment.js';
export { storeAsOf } from './moments/store-as-of.js';
export { decisive, eventParser, typesOf } from './parse-event.js';
export { type PastState, type Projection, projection, type View, type ViewReport } from './projection.js';
