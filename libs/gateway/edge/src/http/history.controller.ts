import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import { z } from 'zod';
import { MESSENGER } from '../tokens.js';
import { parsePayload as parse } from '@gild/service-edge';
import { At, Now } from './at-query.js';

const ViewReports = z.object({ views: z.array(z.looseObject({ view: z.string(), equal: z.boolean() })) });
/** Fields of a policy beside the stretch, as text: FIELD=VALUE. */
const PolicyQuery = Now.extend({ from: z.string().optional(), to: z.string().optional() }).catchall(
  z.string(),
);
const HistoryQuery = At.extend({
  causes: z.enum(['true', 'false']).optional(),
  after: z.string().optional(),
});
/** A page of an actor's history reads a stretch of the log. */
const HISTORY_TIMEOUT_MS = 60_000;
const REPLAY_TIMEOUT_MS = 600_000;

/** The past, and the proof that the present follows from it. */
@Controller('v1')
export class HistoryController {
  constructor(@Inject(MESSENGER) private readonly messenger: Messenger) {}

  /** `causes=true`: with what led to each event. `after`: the page of an actor's history behind that position, `next` of the one before. */
  @Get('history/:subject')
  history(@Param('subject') subject: string, @Query() query: unknown) {
    const { causes, ...asked } = parse(HistoryQuery, query);
    const withCauses = causes === 'true' ? { causes: true } : {};
    const question = { subject, ...asked, ...withCauses };
    return this.messenger.request(subjects.history, question, { timeoutMs: HISTORY_TIMEOUT_MS });
  }

  /** What a policy with the fields of the query would have done from `from` to `to`. */
  @Get('replay/policy')
  replayPolicy(@Query() query: unknown) {
    const { from, to, at: _, ...fields } = parse(PolicyQuery, query);
    const changes = Object.fromEntries(Object.entries(fields).map(([field, text]) => [field, valueOf(text)]));
    const asked = { changes, from, to };
    return this.messenger.request(subjects.replayPolicy, asked, { timeoutMs: REPLAY_TIMEOUT_MS });
  }

  /** Every service rebuilds its views from nothing and compares them with the ones it serves. */
  @Get('replay')
  async replay(@Query() query: unknown) {
    parse(Now, query);
    const replies = await Promise.all(
      [subjects.verifyRegistryViews, subjects.verifySchedulerViews].map((subject) =>
        this.messenger.request(subject, {}, { timeoutMs: REPLAY_TIMEOUT_MS }),
      ),
    );
    const views = replies.flatMap((reply) => ViewReports.parse(reply).views);
    return { equal: views.every((view) => view.equal), views };
  }
}

/** What reads as a number is one, and as true or false that. */
const valueOf = (text: string): string | number | boolean => {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
};
