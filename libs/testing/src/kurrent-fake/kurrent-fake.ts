import {
  Server,
  ServerCredentials,
  status as grpcStatus,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { type FakeCluster, type Refusal } from './fake-cluster.js';
import { FakeLog, type ProposedEvent } from './fake-log.js';
import { LiveSubscription } from './live-subscription.js';
import {
  appendAnswer,
  eventAnswer,
  expectationOf,
  notFoundAnswer,
  proposedOf,
  streamName,
} from './messages.js';
import { eventsOf, isMissing, streamOf } from './read-request.js';
import { features, featuresService, gossip, gossipService, streams, streamsService } from './stubs.js';

type BatchAppendReq = InstanceType<typeof streams.BatchAppendReq>;
type BatchAppendResp = InstanceType<typeof streams.BatchAppendResp>;
type ReadOptions = InstanceType<typeof streams.ReadReq.Options>;
type ReadReq = InstanceType<typeof streams.ReadReq>;
type ReadResp = InstanceType<typeof streams.ReadResp>;

/**
 * A fake of the KurrentDB protocol, not of its storage: an in-process gRPC server that speaks what the client's own stubs
 * describe. It proves that the adapter and the client understand each other; it proves nothing about a real server.
 */
export class KurrentFake {
  readonly #log: FakeLog;
  /** Undefined: a server of its own. */
  readonly #cluster: FakeCluster | undefined;
  readonly #subscriptions = new Set<LiveSubscription>();
  #server = new Server();
  #port = 0;
  #isUp = false;
  #unanswered = 0;
  #resumedFrom = '';

  constructor(log = new FakeLog(), cluster?: FakeCluster) {
    this.#log = log;
    this.#cluster = cluster;
  }

  /** Listens on a free port, after `stop` on the same one. The log outlives a stop. */
  async start(): Promise<void> {
    this.#server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
    this.#server.addService(streamsService.StreamsService, {
      read: (call: ServerWritableStream<ReadReq, ReadResp>) => void this.#read(call),
      batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => this.#batchAppend(call),
    });
    this.#server.addService(featuresService.ServerFeaturesService, { getSupportedMethods: supportedMethods });
    this.#server.addService(gossipService.GossipService, {
      read: (_: unknown, reply: sendUnaryData<unknown>) =>
        reply(null, this.#cluster?.told() ?? new gossip.ClusterInfo()),
    });
    const bind = (resolve: (port: number) => void, reject: (error: Error) => void): void =>
      this.#server.bindAsync(`127.0.0.1:${this.#port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    this.#port = await new Promise<number>(bind);
    this.#isUp = true;
  }

  /** Goes down at once: every connection breaks. */
  stop(): void {
    this.#isUp = false;
    this.#subscriptions.clear();
    this.#server.forceShutdown();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get port(): number {
    return this.#port;
  }

  get connectionString(): string {
    return `kurrentdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** Commit position from which the last subscription was asked for, or `start`. */
  get resumedFrom(): string {
    return this.#resumedFrom;
  }

  /** Number of events of one stream, however they came there. */
  countOf(stream: string): number {
    return this.#log.inStream(stream).length;
  }

  /** Records the next so many appends without answering them: the writer cannot know whether they happened. */
  leaveUnanswered(appends: number): void {
    this.#unanswered = appends;
  }

  /** Ends every live subscription as a server does that drops slow consumers; gives their number. */
  dropSubscriptions(): number {
    const { size } = this.#subscriptions;
    for (const subscription of this.#subscriptions)
      subscription.drop(this.#notLeader() ?? { code: grpcStatus.ABORTED });
    this.#subscriptions.clear();
    return size;
  }

  /** What a node that does not lead answers those who want the leader. */
  #notLeader(): Refusal | undefined {
    return this.#cluster?.leads(this) === false ? this.#cluster.notLeader() : undefined;
  }

  #batchAppend(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    call.on('error', () => undefined);
    const refusal = this.#notLeader();
    if (refusal !== undefined) return void call.emit('error', refusal);
    const parts = new Map<string, { options: BatchAppendReq; proposed: ProposedEvent[] }>();
    call.on('data', (request: BatchAppendReq) => {
      const id = request.getCorrelationId()?.getString() ?? '';
      const append = parts.get(id) ?? { options: request, proposed: [] };
      append.proposed.push(...proposedOf(request));
      parts.set(id, append);
      if (!request.getIsFinal()) return;
      parts.delete(id);
      const late = this.#notLeader();
      if (late !== undefined) return void call.emit('error', late);
      this.#append(call, append.options, append.proposed);
    });
    call.on('end', () => call.end());
  }

  #append(
    call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>,
    request: BatchAppendReq,
    proposed: readonly ProposedEvent[],
  ): void {
    const options = request.getOptions() ?? new streams.BatchAppendReq.Options();
    const stream = streamName(options.getStreamIdentifier());
    const result = this.#log.append(stream, expectationOf(options), proposed);
    if (this.#unanswered > 0) this.#unanswered -= 1;
    else call.write(appendAnswer(request, stream, result));
  }

  async #read(call: ServerWritableStream<ReadReq, ReadResp>): Promise<void> {
    const options = call.request.getOptions() ?? new streams.ReadReq.Options();
    call.on('error', () => undefined);
    const refusal = this.#notLeader();
    if (refusal !== undefined) return void call.emit('error', refusal);
    if (options.hasSubscription()) return this.#subscribe(call, options);
    if (isMissing(this.#log, options)) call.write(notFoundAnswer(streamOf(options)));
    for (const event of eventsOf(this.#log, options)) {
      if (call.cancelled) return;
      if (!call.write(eventAnswer(event))) await new Promise((resolve) => call.once('drain', resolve));
    }
    call.end();
  }

  #subscribe(call: ServerWritableStream<ReadReq, ReadResp>, options: ReadOptions): void {
    this.#resumedFrom = options.getAll()?.getPosition()?.getCommitPosition() ?? 'start';
    const subscription = new LiveSubscription(call, this.#log, options);
    this.#subscriptions.add(subscription);
    call.on('cancelled', () => this.#subscriptions.delete(subscription));
  }
}

const supportedMethods = (_: ServerUnaryCall<unknown, unknown>, reply: sendUnaryData<unknown>): void => {
  const method = new features.SupportedMethod();
  method.setServiceName('event_store.client.streams.Streams');
  method.setMethodName('BatchAppend');
  const methods = new features.SupportedMethods();
  methods.setMethodsList([method]);
  methods.setEventStoreServerVersion('26.0.0');
  reply(null, methods);
};
