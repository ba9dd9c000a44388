import { createRequire } from 'node:module';
// The stubs are those the client itself is built from: what it cannot speak, the fake cannot speak.
import gossipService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb.js';
import gossip from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js';
import featuresService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import status from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streamsService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';

type Any = NonNullable<ReturnType<InstanceType<typeof status.Status>['getDetails']>>;

/** The protobuf runtime the client itself uses, wherever it is installed. */
const fromClient = createRequire(createRequire(import.meta.url).resolve('@kurrent/kurrentdb-client'));
const { Any } = fromClient('google-protobuf/google/protobuf/any_pb.js') as { Any: new () => Any };

export { Any };
export { features, featuresService, gossip, gossipService, shared, status, streams, streamsService };
