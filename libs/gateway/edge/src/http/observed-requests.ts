import { Ulid } from '@gild/contracts';
import { type CallContext, callOfHeaders, REQUEST_ID_HEADER, withinCall } from '@gild/operations';
import type { Clock, Ids } from '@gild/ports';
import type { Operations } from '@gild/service-edge';
import type { INestApplication } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

type Observing = Pick<Operations, 'meter' | 'tracing'> & { ids: Ids; clock: Clock };

/**
 * Every request is worked on as a call of its own: with the request id and the trace that its headers name, or new ones. The
 * answer says `x-request-id`; what was asked, and how it ended, is measured and shown in the trace.
 */
export const observeRequests = (app: INestApplication, observing: Observing): void => {
  app.use((request: Request, response: Response, next: NextFunction) => {
    const call = callOf(request, observing.ids);
    response.setHeader(REQUEST_ID_HEADER, call.requestId ?? '');
    observe({ call, request, response }, observing);
    withinCall(call, next);
  });
};

const callOf = (request: Request, ids: Ids): CallContext => {
  const call = callOfHeaders((name) => request.header(name));
  const jobId = OF_JOB.exec(request.path)?.[1];
  return {
    ...call,
    requestId: call.requestId ?? ids.uuid(),
    ...(Ulid.safeParse(jobId).success && jobId !== undefined && { jobId }),
  };
};

const OF_JOB = /^\/v1\/jobs\/([^/]+)/;

type Exchange = { call: CallContext; request: Request; response: Response };

const observe = ({ call, request, response }: Exchange, { meter, tracing, clock }: Observing): void => {
  const { method } = request;
  const begun = clock.monotonicMs();
  const span = tracing.begin({ name: method, kind: 'server', parent: call.trace });
  call.trace = span.trace;
  response.once('close', () => {
    const route = routeOf(request);
    const status = response.writableFinished ? String(response.statusCode) : 'broken off';
    const seconds = (clock.monotonicMs() - begun) / 1000;
    meter.observe('gild_http_request_seconds', { method: methodOf(method), route, status }, seconds);
    span.end({
      attributes: { 'http.route': route, 'http.response.status_code': response.statusCode },
      ...(response.statusCode >= 500 && { error: `answered with ${response.statusCode}` }),
    });
  });
};

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const methodOf = (method: string): string => (METHODS.has(method) ? method : 'other');

/** The pattern that matched, never the path: that has ids in it. */
const routeOf = (request: Request): string => {
  const { path } = (request.route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : 'none';
};
