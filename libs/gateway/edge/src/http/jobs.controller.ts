import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { subjects, Ulid } from '@gild/contracts';
import type { Clock, Messenger, ObjectStore } from '@gild/ports';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { readLog, readPastLog, type LogPosition } from '../logs/follow-log.js';
import { jobWatch, pastLogState } from '../logs/job-watch.js';
import { CLOCK, MESSENGER, OBJECT_STORE } from '../tokens.js';
import { parsePayload as parse } from '@gild/service-edge';
import { Actor } from './actor.js';
import { At, Now } from './at-query.js';
import { openEventStream } from './sse.js';

const List = At.extend({
  image: z.string().optional(),
  status: z.string().optional(),
});
/** The id becomes a token of a subject of the transport: nothing else may get there. */
const OfJob = z.object({ jobId: Ulid });
const Cancel = z.strictObject({ reason: z.string().max(1000).optional() });
const Logs = At.extend({ follow: z.enum(['true', 'false']).default('false') }).refine(
  ({ at, follow }) => at === undefined || follow === 'false',
  { path: ['at'], error: 'the past does not go on: expected at or follow, not both' },
);
const EVERY_MS = 500;

/** Builds: state, progress, log, cancellation. */
@Controller('v1/jobs')
export class JobsController {
  constructor(
    @Inject(MESSENGER) private readonly messenger: Messenger,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  jobs(@Query() query: unknown) {
    return this.messenger.request(subjects.jobs, parse(List, query));
  }

  @Get(':jobId')
  job(@Param('jobId') jobId: string, @Query() query: unknown) {
    return this.messenger.request(subjects.job, { jobId, ...parse(At, query) });
  }

  @Get(':jobId/why')
  why(@Param('jobId') jobId: string, @Query() query: unknown) {
    return this.messenger.request(subjects.why, { jobId, ...parse(At, query) });
  }

  @Post(':jobId/cancellation')
  @HttpCode(202)
  cancel(@Param('jobId') jobId: string, @Body() body: unknown, @Actor() actor: string) {
    return this.messenger.request(subjects.cancelBuild, { jobId, actor, ...parse(Cancel, body ?? {}) });
  }

  /** Server-sent events: `job` with the job document whenever it changed, until the job has ended. */
  @Get(':jobId/events')
  async events(@Param() path: unknown, @Query() query: unknown, @Res() response: Response) {
    const { jobId } = parse(OfJob, path);
    parse(Now, query);
    const watch = await jobWatch(jobId, { messenger: this.messenger, clock: this.clock });
    try {
      await watch.job();
      const stream = openEventStream(response);
      for (let last = ''; !stream.signal.aborted;) {
        const job = await watch.job();
        const text = JSON.stringify(job);
        if (text !== last) await stream.send('job', job);
        last = text;
        if (watch.ended(job)) break;
        await watch.changed(stream.signal, EVERY_MS);
      }
      stream.end();
    } finally {
      watch.close();
    }
  }

  /**
   * Server-sent events: `log` with `{attempt, chunk, base64}`; `Last-Event-ID` (`attempt.chunk`) resumes. `at`: the logs of attempts that
   * were complete then.
   */
  @Get(':jobId/logs')
  async logs(@Param() path: unknown, @Req() request: Request, @Res() response: Response) {
    const { jobId } = parse(OfJob, path);
    const { at, ...asked } = parse(Logs, request.query);
    const follow = asked.follow === 'true';
    const past = at === undefined ? undefined : await pastLogState(jobId, at, this.messenger);
    const watch = await jobWatch(jobId, { messenger: this.messenger, clock: this.clock });
    try {
      await watch.job();
      const stream = openEventStream(response);
      const signal = stream.signal;
      const from = position(request.header('last-event-id'));
      const deps = {
        objects: this.objects,
        clock: this.clock,
        changed: (until: AbortSignal) => watch.changed(until, EVERY_MS),
      };
      const pieces =
        past === undefined
          ? readLog(jobId, { from, follow, signal }, { ...deps, state: watch.logState })
          : readPastLog(jobId, { from, signal }, { ...deps, past });
      for await (const { attempt, chunk, bytes } of pieces) {
        const base64 = Buffer.from(bytes).toString('base64');
        await stream.send('log', { attempt, chunk, base64 }, `${attempt}.${chunk}`);
      }
      await stream.send('end', {});
      stream.end();
    } finally {
      watch.close();
    }
  }
}

const position = (lastEventId: string | undefined): LogPosition => {
  const [, attempt, chunk] = /^(\d+)\.(\d+)$/.exec(lastEventId ?? '') ?? [];
  return { attempt: Number(attempt ?? 1), chunk: Number(chunk ?? 0) };
};
