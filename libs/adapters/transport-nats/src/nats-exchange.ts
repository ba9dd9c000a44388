import { errorCodes } from '@gild/contracts';
import { currentCall, headersOfCall } from '@gild/operations';
import { Fault } from '@gild/ports';
import {
  createInbox,
  headers,
  type Msg,
  type MsgCallback,
  type MsgHdrs,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import { ReplyInParts } from './reply-parts.js';

/** What NestJS's NATS server puts on the wire: `{response}` or `{err}` for a request `{pattern, data, id}`. */
type Reply = { response?: unknown; err?: unknown };

/** A request, where its reply is awaited, and how long the whole of it may take. */
export type Exchange = { subject: string; envelope: string; inbox: string; timeoutMs: number };

/** Sends a request and resolves with its whole answer, in however many messages it comes. Faults as of `Messenger`. */
export const exchange = async (connection: NatsConnection, request: Exchange): Promise<unknown> => {
  const { subject, envelope, timeoutMs } = request;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const reply = new ReplyInParts();
  const inbox = createInbox(request.inbox);
  const onReply: MsgCallback<Msg> = (error, message) => {
    try {
      if (error !== null) throw error;
      const whole = reply.take(responseOf(subject, message));
      if (whole !== undefined) resolve(whole.answer);
    } catch (cause) {
      reject(cause instanceof Fault ? cause : unavailable(subject, cause));
    }
  };
  const subscription = subscribed(connection, { subject, inbox, onReply });
  const late = setTimeout(() => reject(unanswered(subject, timeoutMs)), timeoutMs);
  void subscription.closed.then((cause) => reject(unavailable(subject, cause)));
  try {
    connection.publish(subject, envelope, { reply: inbox, ...callAlong(connection) });
  } catch (cause) {
    reject(unsent(connection, request, cause));
  }
  return await promise.finally(() => {
    clearTimeout(late);
    subscription.unsubscribe();
  });
};

/** The call that the request is part of goes along in headers, as W3C Trace Context has it; every server since 2.2 takes them. */
const callAlong = ({ info }: NatsConnection): { headers?: MsgHdrs } => {
  const call = Object.entries(headersOfCall(currentCall()));
  if (call.length === 0 || info?.headers !== true) return {};
  const along = headers();
  for (const [name, value] of call) along.set(name, value);
  return { headers: along };
};

type Listening = { subject: string; inbox: string; onReply: MsgCallback<Msg> };

const subscribed = (connection: NatsConnection, { subject, inbox, onReply }: Listening): Subscription => {
  try {
    return connection.subscribe(inbox, { callback: onReply });
  } catch (cause) {
    throw unavailable(subject, cause); // the connection is closed, or about to be
  }
};

const responseOf = (subject: string, message: Msg): unknown => {
  if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
    throw unavailable(subject, undefined);
  }
  const { response, err } = message.json<Reply>();
  if (err !== undefined && err !== null) throw refusal(subject, err);
  return response;
};

const NO_RESPONDERS = 503;

const unanswered = (subject: string, timeoutMs: number): Fault =>
  new Fault('TIMEOUT', `${subject} was not answered within ${timeoutMs} ms`, { retryable: true });

const unavailable = (subject: string, cause: unknown): Fault =>
  new Fault('UNAVAILABLE', `nobody answers ${subject} over NATS; is that service running?`, {
    retryable: true,
    cause,
  });

/** The client refuses at once what the server would drop the connection for. */
const unsent = ({ info }: NatsConnection, { subject, envelope }: Exchange, cause: unknown): Fault => {
  const bytes = Buffer.byteLength(envelope);
  const limit = info?.max_payload ?? Infinity;
  return bytes > limit
    ? new Fault('INVALID_REQUEST', `${subject}: a request of ${bytes} bytes; NATS takes ${limit} here`, {
        cause,
      })
    : unavailable(subject, cause);
};

/** What the other side's exception filter sends, if it is one of ours. */
type Refusal = { code?: unknown; message?: unknown; details?: unknown; retryable?: boolean };

/** Whoever answers may be an agent, which may say anything. */
const knownCode = (code: unknown): string => errorCodes.find((known) => known === code) ?? 'INTERNAL';

const refusal = (subject: string, err: unknown): Fault => {
  if (typeof err !== 'object' || err === null)
    return new Fault('INTERNAL', `${subject} failed: ${String(err)}`);
  const { code, message, details, retryable } = err as Refusal;
  return new Fault(knownCode(code), typeof message === 'string' ? message : `${subject} failed`, {
    details,
    retryable: retryable === true,
  });
};
