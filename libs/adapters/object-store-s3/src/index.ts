export { s3ObjectStore, type S3ObjectStore, type S3Options } from './s3-object-store.js';
export { DEFAULT_PACE, type Pace, type S3Location, type S3Server } from './s3-server.js';
export { type AttemptName, grantedDisks, grantedObjects, type GrantedOptions } from './granted-objects.js';
export { s3ObjectGrants } from './s3-object-grants.js';
