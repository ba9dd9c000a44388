import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ended } from '@gild/testing';
import { leftoversOf } from '../e2e/leftovers.js';
import type { NatsFarm } from '../e2e/nats-farm.js';
import { SMALL_BUILDS } from './doubles.js';

type AgentHow = {
  /** Off: it says that it builds for its own architecture alone. */
  emulation?: 'on' | 'off';
  /** `small`: images of a few bytes; `whole`: as on any farm. */
  builds?: 'small' | 'whole';
  env?: NodeJS.ProcessEnv;
  under?: readonly string[];
};

/** The agents of a farm, each a process of its own, and what is left of them on this host. */
export class FarmAgents {
  readonly #services: NatsFarm;
  readonly #agents = new Map<string, ChildProcess>();
  #areRemoved = false;

  constructor(services: NatsFarm) {
    this.#services = services;
  }

  /** Where an agent keeps what it needs. */
  stateOf(agentId: string): string {
    return join(this.#services.folder, 'agents', agentId);
  }

  /** An agent as a process of its own; one of that name that has ended is started again. */
  start(agentId: string, { emulation = 'off', builds = 'small', env, under }: AgentHow = {}): ChildProcess {
    const told = {
      ...{ GILD_AGENT_ID: agentId, GILD_STATE: this.stateOf(agentId), GILD_EMULATION: emulation },
      GILD_TEST_GATES: join(this.#services.folder, 'gates'),
    };
    const child = this.#services.start(
      'builder',
      { ...told, ...env },
      { ...(under && { under }), imports: builds === 'small' ? [SMALL_BUILDS] : [] },
    );
    this.#agents.set(agentId, child);
    return child;
  }

  /** What is left of an agent on this host. */
  leftoversOf(agentId: string): ReturnType<typeof leftoversOf> {
    return leftoversOf(this.stateOf(agentId));
  }

  /** Sends an agent a signal. */
  kill(agentId: string, signal: NodeJS.Signals): void {
    this.#agents.get(agentId)?.kill(signal);
  }

  /** Asks an agent to end; resolves with its exit code. */
  async stop(agentId: string): Promise<number | NodeJS.Signals | null> {
    this.kill(agentId, 'SIGTERM');
    const child = this.#agents.get(agentId);
    return child === undefined ? null : ended(child);
  }

  /** How an agent ended; null while it has not. */
  exitOf(agentId: string): number | NodeJS.Signals | null {
    const { exitCode = null, signalCode = null } = this.#agents.get(agentId) ?? {};
    return exitCode ?? signalCode;
  }

  /** Does what a service manager does, until the returned function is called. */
  restartWhenKilled(...agentIds: readonly string[]): () => void {
    let stopped = false;
    const watch = (agentId: string): unknown =>
      this.#agents.get(agentId)?.once('exit', () => {
        if (stopped || this.#areRemoved) return;
        this.start(agentId);
        watch(agentId);
      });
    agentIds.forEach(watch);
    return () => {
      stopped = true;
    };
  }

  /** Those whose process has not ended. */
  alive(): string[] {
    return [...this.#agents].filter(([, child]) => isAlive(child)).map(([agentId]) => agentId);
  }

  /** From now on none is started again. */
  remove(): void {
    this.#areRemoved = true;
  }
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** Names of what is in an agent's scratch folder, but for the trees it keeps. */
export const workFoldersOf = (state: string): string[] =>
  readdirSync(join(state, 'scratch')).filter((name) => name !== 'trees');
