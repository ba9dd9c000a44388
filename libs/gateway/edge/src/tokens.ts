/** What the gateway is given by its composition root. */
export const MESSENGER = Symbol('Messenger');
export const OBJECT_STORE = Symbol('ObjectStore');
export const CLOCK = Symbol('Clock');
export const IDS = Symbol('Ids');
/** `{ value }`: the bearer token every request over TCP must show. */
export const API_TOKEN = Symbol('ApiToken');
/** `{ kind }`: what the farm behind the gateway is. */
export const FARM = Symbol('Farm');

/** `OperationsPages`: what the service is watched by, served beside the API; not bound where nobody watches it. */
export const OPERATIONS = Symbol('Operations');

/** `services`: its own processes. `up`: `gild up`, until somebody stops it. `command`: ends with another command. */
export type FarmKind = 'services' | 'up' | 'command';
