/**
 * Subjects of the transport, kind second: `gild.cmd.<service>.<verb>` and `gild.qry.<service>.<noun>` are answered by
 * one member of the service's queue group; `gild.evt…` and `gild.log…` are hints that may be lost.
 */
export const subjects = {
  requestBuild: 'gild.cmd.scheduler.request-build',
  cancelBuild: 'gild.cmd.scheduler.cancel-build',
  agentSync: 'gild.cmd.scheduler.agent-sync',
  drainAgent: 'gild.cmd.scheduler.drain-agent',
  resumeAgent: 'gild.cmd.scheduler.resume-agent',
  quarantineAgent: 'gild.cmd.scheduler.quarantine-agent',
  releaseAgent: 'gild.cmd.scheduler.release-agent',
  jobs: 'gild.qry.scheduler.jobs',
  job: 'gild.qry.scheduler.job',
  why: 'gild.qry.scheduler.why',
  agents: 'gild.qry.scheduler.agents',
  verifySchedulerViews: 'gild.qry.scheduler.verify-views',
  prepareBuild: 'gild.cmd.registry.prepare-build',
  previewBuild: 'gild.qry.registry.preview-build',
  images: 'gild.qry.registry.images',
  versions: 'gild.qry.registry.versions',
  version: 'gild.qry.registry.version',
  registry: 'gild.qry.registry.registry',
  taskservs: 'gild.qry.registry.taskservs',
  taskserv: 'gild.qry.registry.taskserv',
  policy: 'gild.qry.registry.policy',
  history: 'gild.qry.registry.history',
  verifyRegistryViews: 'gild.qry.registry.verify-views',
  verifyArtifact: 'gild.qry.registry.verify-artifact',
  /** Answered by any agent of that architecture. */
  plan: (arch: string) => `gild.qry.builder.plan.${arch}`,
  /** Hint: something about this job changed. */
  jobChanged: (jobId: string) => `gild.evt.scheduler.job-changed.${jobId}`,
  /** Hint: one scheduler heard an agent (`AgentHeard`), so that the others do not take it for lost. */
  agentHeard: 'gild.evt.scheduler.agent-heard',
  /** Hint of a scheduler to itself (`SchedulerEcho`): while it comes back, hints of others do too. */
  schedulerEcho: 'gild.evt.scheduler.echo',
  /** Hint: this job's log grew. */
  jobLog: (jobId: string) => `gild.log.${jobId}`,
} as const;
