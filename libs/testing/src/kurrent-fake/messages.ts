import type { FakeAppend, FakeEvent, FakeExpectation, ProposedEvent } from './fake-log.js';
import { Any, shared, status, streams } from './stubs.js';

type BatchAppendReq = InstanceType<typeof streams.BatchAppendReq>;
type BatchAppendResp = InstanceType<typeof streams.BatchAppendResp>;
type ReadResp = InstanceType<typeof streams.ReadResp>;
type Identifier = InstanceType<typeof shared.StreamIdentifier>;

export const streamName = (identifier: Identifier | undefined): string =>
  new TextDecoder().decode(identifier?.getStreamName_asU8());

const identifier = (stream: string): Identifier => {
  const name = new shared.StreamIdentifier();
  name.setStreamName(new TextEncoder().encode(stream));
  return name;
};

const uuid = (text: string): InstanceType<typeof shared.UUID> => {
  const id = new shared.UUID();
  id.setString(text);
  return id;
};

export const expectationOf = (
  options: InstanceType<typeof streams.BatchAppendReq.Options>,
): FakeExpectation => {
  if (options.hasNoStream()) return 'none';
  if (options.hasStreamExists()) return 'exists';
  return options.hasAny() ? 'any' : Number(options.getStreamPosition());
};

export const proposedOf = (request: BatchAppendReq): ProposedEvent[] =>
  request.getProposedMessagesList().map((message) => ({
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  }));

export const appendAnswer = (
  request: BatchAppendReq,
  stream: string,
  result: FakeAppend,
): BatchAppendResp => {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(request.getCorrelationId());
  answer.setStreamIdentifier(identifier(stream));
  if (result.kind === 'written') answer.setSuccess(success(result.last));
  else
    answer.setError(
      failure(result.kind === 'wrong' ? wrongExpectation(result.current) : invalidTransaction()),
    );
  return answer;
};

const success = (last: FakeEvent) => {
  const position = new shared.AllStreamPosition();
  position.setCommitPosition(last.position.toString());
  position.setPreparePosition(last.position.toString());
  const message = new streams.BatchAppendResp.Success();
  message.setCurrentRevision(String(last.revision));
  message.setPosition(position);
  return message;
};

const failure = (details: InstanceType<typeof Any>) => {
  const message = new status.Status();
  message.setDetails(details);
  return message;
};

const wrongExpectation = (current: number | undefined) => {
  const message = new shared.WrongExpectedVersion();
  if (current !== undefined) message.setCurrentStreamRevision(String(current));
  return packed(message.serializeBinary(), 'event_store.client.WrongExpectedVersion');
};

const invalidTransaction = () =>
  packed(new shared.InvalidTransaction().serializeBinary(), 'event_store.client.InvalidTransaction');

const packed = (bytes: Uint8Array, name: string): InstanceType<typeof Any> => {
  const details = new Any();
  details.pack(bytes, name);
  return details;
};

export const eventAnswer = (event: FakeEvent): ReadResp => {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuid(event.id));
  recorded.setStreamIdentifier(identifier(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(event.position.toString());
  recorded.setPreparePosition(event.position.toString());
  recorded.getMetadataMap().set('type', event.type);
  recorded.getMetadataMap().set('content-type', event.contentType);
  recorded.getMetadataMap().set('created', '17000000000000000');
  recorded.setData(event.data);
  recorded.setCustomMetadata(event.metadata);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(event.position.toString());
  const answer = new streams.ReadResp();
  answer.setEvent(read);
  return answer;
};

export const notFoundAnswer = (stream: string): ReadResp => {
  const notFound = new streams.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifier(stream));
  const answer = new streams.ReadResp();
  answer.setStreamNotFound(notFound);
  return answer;
};

export const confirmationAnswer = (): ReadResp => {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(crypto.randomUUID());
  const answer = new streams.ReadResp();
  answer.setConfirmation(confirmation);
  return answer;
};

export const checkpointAnswer = (position: bigint): ReadResp => {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(position.toString());
  checkpoint.setPreparePosition(position.toString());
  const answer = new streams.ReadResp();
  answer.setCheckpoint(checkpoint);
  return answer;
};

/** Without a position, as servers before 25.0 send it. */
export const caughtUpAnswer = (): ReadResp => {
  const answer = new streams.ReadResp();
  answer.setCaughtUp(new streams.ReadResp.CaughtUp());
  return answer;
};
