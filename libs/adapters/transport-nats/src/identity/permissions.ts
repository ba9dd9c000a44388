/** What one user of NATS may publish and hear; nothing else. */
export type Grants = {
  publish: readonly string[];
  /** Of what is allowed above, what is not. */
  neverPublish?: readonly string[];
  subscribe: readonly string[];
  /** May answer who asks, wherever that is, for as long as the longest request takes. */
  answers: boolean;
};

export const SERVICES = ['registry', 'scheduler', 'gateway', 'cache-manager'] as const;
export type ServiceName = (typeof SERVICES)[number];

const PREPARE = 'gild.cmd.registry.prepare-build';

/** Everything of the farm that is said over NATS, by who says it and who hears it. An agent is only ever heard by name. */
export const SERVICE_GRANTS: Readonly<Record<ServiceName, Grants>> = {
  registry: {
    publish: ['gild.qry.scheduler.jobs', 'gild.evt.registry.>'],
    subscribe: ['gild.cmd.registry.*', 'gild.qry.registry.*', 'gild.agent.*.upload', '_INBOX.registry.>'],
    answers: true,
  },
  scheduler: {
    publish: [PREPARE, 'gild.qry.registry.outdated', 'gild.evt.scheduler.>'],
    subscribe: [
      ...['gild.cmd.scheduler.*', 'gild.qry.scheduler.*', '_INBOX.scheduler.>'],
      ...['gild.agent.*.sync', 'gild.agent.*.credentials', 'gild.evt.scheduler.>'],
    ],
    answers: true,
  },
  gateway: {
    publish: ['gild.cmd.*.*', 'gild.qry.*.*', 'gild.agent.*.plan'],
    neverPublish: [PREPARE],
    subscribe: ['_INBOX.gateway.>', 'gild.evt.>', 'gild.agent.*.log.*', 'gild.agent.*.answer.>'],
    answers: false,
  },
  // Of all hosts: it says what its cache holds, asks what it needs to keep it, and pulls what it is asked for.
  'cache-manager': {
    publish: [
      ...['gild.cmd.registry.announce-host-cache', 'gild.qry.registry.host-cache'],
      ...['gild.qry.registry.policy', 'gild.qry.registry.vms', 'gild.qry.registry.version'],
      ...['gild.qry.registry.disk-grant', 'gild.qry.scheduler.job'],
    ],
    subscribe: ['gild.cmd.cache-manager.*', '_INBOX.cache-manager.>'],
    answers: true,
  },
};

/** An agent speaks under its own name, and hears what it is asked and what it is answered. */
export const agentGrants = (agentId: string): Grants => ({
  publish: [`gild.agent.${agentId}.>`],
  subscribe: [`gild.agent.${agentId}.plan`, `_INBOX_${agentId}.>`],
  answers: false,
});
