/**
 * Subjects of the transport, kind second: `gild.cmd.<service>.<verb>` and `gild.qry.<service>.<noun>` are answered by
 * one member of the service's queue group; `gild.evt…` are hints that may be lost. An agent speaks under `gild.agent.<id>`
 * alone, so that what it may say can be bound to its name; `*` instead of the name stands for any agent.
 */
export const subjects = {
  requestBuild: 'gild.cmd.scheduler.request-build',
  cancelBuild: 'gild.cmd.scheduler.cancel-build',
  issueJoinToken: 'gild.cmd.scheduler.issue-join-token',
  joinAgent: 'gild.cmd.scheduler.join-agent',
  removeAgent: 'gild.cmd.scheduler.remove-agent',
  readmitAgent: 'gild.cmd.scheduler.readmit-agent',
  drainAgent: 'gild.cmd.scheduler.drain-agent',
  resumeAgent: 'gild.cmd.scheduler.resume-agent',
  quarantineAgent: 'gild.cmd.scheduler.quarantine-agent',
  releaseAgent: 'gild.cmd.scheduler.release-agent',
  jobs: 'gild.qry.scheduler.jobs',
  job: 'gild.qry.scheduler.job',
  why: 'gild.qry.scheduler.why',
  agents: 'gild.qry.scheduler.agents',
  /** Which agent to ask what a build would do. */
  agentFor: 'gild.qry.scheduler.agent-for',
  /** What another policy would have done; reads the log, and records nothing. */
  replayPolicy: 'gild.qry.scheduler.replay-policy',
  verifySchedulerViews: 'gild.qry.scheduler.verify-views',
  prepareBuild: 'gild.cmd.registry.prepare-build',
  previewBuild: 'gild.qry.registry.preview-build',
  promote: 'gild.cmd.registry.promote',
  rollBack: 'gild.cmd.registry.roll-back',
  removeChannel: 'gild.cmd.registry.remove-channel',
  deprecate: 'gild.cmd.registry.deprecate',
  withdrawDeprecation: 'gild.cmd.registry.withdraw-deprecation',
  revoke: 'gild.cmd.registry.revoke',
  deleteVersion: 'gild.cmd.registry.delete-version',
  setPolicy: 'gild.cmd.registry.set-policy',
  changePolicy: 'gild.cmd.registry.change-policy',
  channels: 'gild.qry.registry.channels',
  descendants: 'gild.qry.registry.descendants',
  images: 'gild.qry.registry.images',
  outdated: 'gild.qry.registry.outdated',
  versions: 'gild.qry.registry.versions',
  version: 'gild.qry.registry.version',
  sbom: 'gild.qry.registry.sbom',
  diff: 'gild.qry.registry.diff',
  registry: 'gild.qry.registry.registry',
  taskservs: 'gild.qry.registry.taskservs',
  taskserv: 'gild.qry.registry.taskserv',
  policy: 'gild.qry.registry.policy',
  history: 'gild.qry.registry.history',
  reportVmStart: 'gild.cmd.registry.report-vm-start',
  reportVmStop: 'gild.cmd.registry.report-vm-stop',
  vms: 'gild.qry.registry.vms',
  vm: 'gild.qry.registry.vm',
  announceHostCache: 'gild.cmd.registry.announce-host-cache',
  forgetHostCache: 'gild.cmd.registry.forget-host-cache',
  hostCache: 'gild.qry.registry.host-cache',
  hostCaches: 'gild.qry.registry.host-caches',
  /** What the cache of a host may read of the object store (`DiskGrantRequest`). */
  diskGrant: 'gild.qry.registry.disk-grant',
  /** Asked of the cache manager of this host alone (`HostPullRequest`). */
  pullToHost: (host: string) => `gild.cmd.cache-manager.pull-${hostToken(host)}`,
  verifyRegistryViews: 'gild.qry.registry.verify-views',
  verifyArtifact: 'gild.qry.registry.verify-artifact',
  auditKey: 'gild.qry.registry.audit-key',
  auditCheckpoint: 'gild.qry.registry.audit-checkpoint',
  auditKeys: 'gild.qry.registry.audit-keys',
  auditProof: 'gild.qry.registry.audit-proof',
  rotateKey: 'gild.cmd.registry.rotate-key',
  revokeKey: 'gild.cmd.registry.revoke-key',
  provenance: 'gild.qry.registry.provenance',
  verifyHistory: 'gild.qry.registry.verify-history',
  /** Hint: something about this job changed. */
  jobChanged: (jobId: string) => `gild.evt.scheduler.job-changed.${jobId}`,
  /** Hint: one scheduler heard an agent (`AgentHeard`), so that the others do not take it for lost. */
  agentHeard: 'gild.evt.scheduler.agent-heard',
  /** Hint of a scheduler to itself (`SchedulerEcho`): while it comes back, hints of others do too. */
  schedulerEcho: 'gild.evt.scheduler.echo',
  /** The agent's state, answered by a scheduler with what it should do. */
  agentSync: (agentId: string) => `gild.agent.${agentId}.sync`,
  /** A joined agent asks a scheduler for fresh credentials. */
  agentCredentials: (agentId: string) => `gild.agent.${agentId}.credentials`,
  /** Asked of this agent, which answers under `answersOf`. */
  plan: (agentId: string) => `gild.agent.${agentId}.plan`,
  /** What the agent may store or read (`ObjectGrantRequest`), answered by a registry. */
  objectGrant: (agentId: string) => `gild.agent.${agentId}.upload`,
  /** Hint of an agent: this job's log grew. */
  jobLog: (agentId: string, jobId: string) => `gild.agent.${agentId}.log.${jobId}`,
} as const;

/** A dot would end a token of a subject; no name of a host has a colon. */
function hostToken(host: string): string {
  return host.replaceAll('.', ':');
}

const AGENT = /^gild\.agent\.([^.]+)\./;
const ASKED_OF_AGENT = /^gild\.agent\.([^.]+)\.plan$/;

/** The agent that speaks, or is asked, on the subject; undefined when the subject is none of an agent's. */
export const agentOfSubject = (subject: string): string | undefined => AGENT.exec(subject)?.[1];

/**
 * Where the answer to a request must be awaited: an agent may publish under its own name only. Undefined: in the inbox of
 * whoever asks.
 */
export const answersOf = (subject: string): string | undefined => {
  const agentId = ASKED_OF_AGENT.exec(subject)?.[1];
  return agentId === undefined ? undefined : `gild.agent.${agentId}.answer`;
};
