import { Ulid } from '@gild/contracts';
import {
  type CallContext,
  callOfHeaders,
  parseTraceParent,
  REQUEST_ID_HEADER,
  TRACE_PARENT_HEADER,
  withinCall,
} from '@gild/operations';
import type { Clock, Ids } from '@gild/ports';
import type { Operations } from '@gild/service-edge';
import type { INestApplication } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { RequestsUnderWay } from './requests-under-way.js';

type Observing = Pick<Operations, 'meter' | 'tracing' | 'logger'> & { ids: Ids; clock: Clock };

/**
 * Every request is worked on as a call of its own: with the request id and the trace that its headers name, or new ones. The
 * answer says `x-request-id`; what was asked, and how it ended, is measured, logged and shown in the trace. Gives the
 * requests under way, to be waited for at the end.
 */
export const observeRequests = (app: INestApplication, observing: Observing): RequestsUnderWay => {
  const underWay = new RequestsUnderWay(observing.clock);
  app.use((request: Request, response: Response, next: NextFunction) => {
    const call = callOf(request, observing.ids);
    response.setHeader(REQUEST_ID_HEADER, call.requestId ?? '');
    underWay.begins(request, response);
    observe({ call, request, response }, observing);
    withinCall(call, next);
  });
  return underWay;
};

const OF_JOB = /^\/v1\/jobs\/([^/]+)/;

const callOf = (request: Request, ids: Ids): CallContext => {
  const call = callOfHeaders((name) => request.header(name));
  const jobId = OF_JOB.exec(request.path)?.[1];
  return {
    ...call,
    requestId: call.requestId ?? ids.uuid(),
    ...(jobId !== undefined && Ulid.safeParse(jobId).success && { jobId }),
  };
};

type Exchange = { call: CallContext; request: Request; response: Response };

const observe = ({ call, request, response }: Exchange, observing: Observing): void => {
  const { meter, tracing, logger, clock } = observing;
  const begun = clock.monotonicMs();
  const parent = parseTraceParent(request.header(TRACE_PARENT_HEADER));
  const span = isProbe(request.path)
    ? undefined
    : tracing.begin({ name: `${request.method} ${placeOf(request.path)}`, kind: 'server', parent });
  call.trace = span?.trace ?? call.trace;
  response.once('close', () => {
    const { statusCode, writableFinished } = response;
    const route = routeOf(request);
    const status = writableFinished ? String(statusCode) : 'broken off';
    const exchanged = { method: methodOf(request.method), route, status };
    const seconds = (clock.monotonicMs() - begun) / 1000;
    meter.observe('gild_http_request_seconds', exchanged, seconds);
    const attributes = { 'http.route': route, 'http.response.status_code': statusCode };
    span?.end({ attributes, ...(statusCode >= 500 && { error: `answered with ${statusCode}` }) });
    const level = exchanged.method === 'GET' ? 'debug' : 'info';
    withinCall(call, () => logger[level]({ ...exchanged, seconds }, 'answered'));
  });
};

/** Asked every few seconds, by machines. */
const isProbe = (path: string): boolean => path.startsWith('/health/') || path === '/metrics';

/** The kind of thing asked for: what follows it may be a name or an id. */
const placeOf = (path: string): string => path.split('/', 3).join('/');

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const methodOf = (method: string): string => (METHODS.has(method) ? method : 'other');

/** The pattern that matched, never the path: that has ids in it. */
const routeOf = (request: Request): string => {
  const { path } = (request.route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : 'none';
};
