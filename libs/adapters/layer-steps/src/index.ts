export {
  markUsed,
  move,
  placeDurably,
  placeWhole,
  readableFile,
  readableFolder,
  sayingWhenFull,
} from './cache-files.js';
export { closeNames } from './close-names.js';
export { expectedSignature, showKeys } from './expected-signature.js';
export { runStep, SURROUNDINGS, type LayerTree } from './image-run.js';
export { packageRequest, readKept } from './kept-resolution.js';
export {
  type BuiltLayer,
  type FetchedLayer,
  layerFetcher,
  layerMaker,
  type WantedPackages,
  wantedPackages,
} from './layer-maker.js';
export { DATE, normalisation, normalise } from './normalise.js';
export { megabytes, outputTail, say, wholeOutput } from './output-tail.js';
export { PLACE, placeFiles } from './place-files.js';
export { proxyEnvironment } from './proxy-environment.js';
export { applyFiles, inOwnFolder, parentsOf } from './recipe-parts.js';
export { fetchDownloads } from './recipe-downloads.js';
export { runScripts, unitSwitch } from './run-scripts.js';
export { hourlyShrinking } from './shrink-cache.js';
export { lastLines, noSpace, stepFailure } from './step-failures.js';
export { type StepOptions, type StepWork } from './step-work.js';
export { mirrorSilence, sayingWhenStalled, unreadMirror } from './unread-mirror.js';
export { withoutUserinfo } from './without-userinfo.js';
