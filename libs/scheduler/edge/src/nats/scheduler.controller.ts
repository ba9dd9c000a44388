import { Controller, Inject, UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, NatsContext, Payload } from '@nestjs/microservices';
import {
  AgentFor,
  CancelBuild,
  IssueJoinToken,
  JoinAgent,
  ChangeMembership,
  DrainAgent,
  QuarantineAgent,
  ReleaseAgent,
  ReplayPolicy,
  RequestBuild,
  ResumeAgent,
  subjects,
} from '@gild/contracts';
import { FaultRpcFilter, parsePayload } from '@gild/service-edge';
import type { SchedulerService } from '@gild/scheduler-application';
import { z } from 'zod';
import { SCHEDULER } from '../tokens.js';
import { speakerOf, syncOf } from './sync-of.js';

const AtQuery = z.object({ at: z.string().min(1).optional() });
const JobQuery = AtQuery.extend({ jobId: z.string() });
const JobsQuery = AtQuery.extend({
  image: z.string().optional(),
  status: z.string().optional(),
});

/** The scheduler's requests. */
@Controller()
@UseFilters(FaultRpcFilter)
export class SchedulerController {
  constructor(@Inject(SCHEDULER) private readonly scheduler: SchedulerService) {}

  @MessagePattern(subjects.requestBuild)
  requestBuild(@Payload() payload: unknown) {
    return this.scheduler.requestBuild(parsePayload(RequestBuild, payload));
  }

  @MessagePattern(subjects.cancelBuild)
  cancelBuild(@Payload() payload: unknown) {
    return this.scheduler.cancelBuild(parsePayload(CancelBuild, payload));
  }

  @MessagePattern(subjects.agentSync('*'))
  agentSync(@Payload() payload: unknown, @Ctx() context: NatsContext) {
    return this.scheduler.agentSync(syncOf(context.getSubject(), payload));
  }

  @MessagePattern(subjects.agentCredentials('*'))
  credentials(@Ctx() context: NatsContext) {
    return this.scheduler.renewCredentials(speakerOf(context.getSubject()));
  }

  @MessagePattern(subjects.issueJoinToken)
  issueJoinToken(@Payload() payload: unknown) {
    return this.scheduler.issueJoinToken(parsePayload(IssueJoinToken, payload));
  }

  @MessagePattern(subjects.joinAgent)
  joinAgent(@Payload() payload: unknown) {
    return this.scheduler.joinAgent(parsePayload(JoinAgent, payload));
  }

  @MessagePattern(subjects.removeAgent)
  removeAgent(@Payload() payload: unknown) {
    return this.scheduler.removeAgent(parsePayload(ChangeMembership, payload));
  }

  @MessagePattern(subjects.readmitAgent)
  readmitAgent(@Payload() payload: unknown) {
    return this.scheduler.readmitAgent(parsePayload(ChangeMembership, payload));
  }

  @MessagePattern(subjects.jobs)
  jobs(@Payload() payload: unknown) {
    return this.scheduler.jobs(parsePayload(JobsQuery, payload));
  }

  @MessagePattern(subjects.job)
  job(@Payload() payload: unknown) {
    const { jobId, at } = parsePayload(JobQuery, payload);
    return this.scheduler.job(jobId, at);
  }

  @MessagePattern(subjects.why)
  why(@Payload() payload: unknown) {
    const { jobId, at } = parsePayload(JobQuery, payload);
    return this.scheduler.why(jobId, at);
  }

  @MessagePattern(subjects.agents)
  agents(@Payload() payload: unknown) {
    return this.scheduler.agents(parsePayload(AtQuery, payload).at);
  }

  @MessagePattern(subjects.drainAgent)
  drainAgent(@Payload() payload: unknown) {
    return this.scheduler.drainAgent(parsePayload(DrainAgent, payload));
  }

  @MessagePattern(subjects.resumeAgent)
  resumeAgent(@Payload() payload: unknown) {
    return this.scheduler.resumeAgent(parsePayload(ResumeAgent, payload));
  }

  @MessagePattern(subjects.quarantineAgent)
  quarantineAgent(@Payload() payload: unknown) {
    return this.scheduler.quarantineAgent(parsePayload(QuarantineAgent, payload));
  }

  @MessagePattern(subjects.releaseAgent)
  releaseAgent(@Payload() payload: unknown) {
    return this.scheduler.releaseAgent(parsePayload(ReleaseAgent, payload));
  }

  @MessagePattern(subjects.agentFor)
  agentFor(@Payload() payload: unknown) {
    return this.scheduler.agentFor(parsePayload(AgentFor, payload));
  }

  @MessagePattern(subjects.replayPolicy)
  replayPolicy(@Payload() payload: unknown) {
    return this.scheduler.replayPolicy(parsePayload(ReplayPolicy, payload));
  }

  @MessagePattern(subjects.verifySchedulerViews)
  verifyViews() {
    return this.scheduler.verifyViews();
  }
}
