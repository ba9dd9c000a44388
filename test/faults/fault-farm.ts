import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended } from '@gild/testing';
import { NatsFarm } from '../e2e/nats-farm.js';
import { FarmAgents } from './farm-agents.js';
import { definitionOf, prepare } from './farm-contents.js';
import { eventsOfJob, type RawEvent, rawEvents, type Told } from './farm-record.js';
import { damagedObjects, violationsIn } from './invariants.js';
import { within } from './within.js';

const SUBMIT_PATIENCE_MS = 5_000;

/**
 * A farm of real processes that faults are done to. Its agents are real too, sandboxes, work folders and uploads included; what
 * they build is small unless told otherwise. Everything its clients were told is kept, for the invariants.
 */
export class FaultFarm {
  readonly told: Told[] = [];
  readonly agents: FarmAgents;
  #submitted = 0;

  private constructor(readonly services: NatsFarm) {
    this.agents = new FarmAgents(services);
  }

  /** `address` and `under`: of all processes that are not told otherwise. */
  static async started(place: { address?: string; under?: readonly string[] } = {}): Promise<FaultFarm> {
    return new FaultFarm(await NatsFarm.started({ ...place, prepare }));
  }

  get folder(): string {
    return this.services.folder;
  }

  /** Resolves when the farm has heard of all these agents. */
  async agentsAreThere(...agentIds: readonly string[]): Promise<void> {
    await within(30_000, `${agentIds.join(', ')} take part`, async () => {
      const known = this.events().filter(({ type }) => type === 'AgentAnnounced');
      return agentIds.every((each) => known.some(({ data }) => data['agentId'] === each));
    });
  }

  /** Asks for a build of an image of its own until the farm says which job that is, however often that takes. */
  async submit(work: string, key = `request-${process.pid}-${this.#submitted + 1}`): Promise<string> {
    this.#submitted += 1;
    const image = `image-${this.#submitted}`;
    let jobId: string | undefined;
    await within(60_000, `${key} is answered`, async () => {
      jobId = await this.submitOnce({ work, image, key });
      return jobId !== undefined;
    });
    return jobId ?? '';
  }

  /** Asks once: undefined when there was no answer, or none yet. */
  async submitOnce({
    work,
    image,
    key,
    patienceMs = SUBMIT_PATIENCE_MS,
  }: Submission): Promise<string | undefined> {
    try {
      const { status, body } = await this.services.call('POST', '/v1/builds', {
        body: { definition: definitionOf(image, work), options: { useCache: false, bootTest: false } },
        headers: { 'idempotency-key': key },
        signal: AbortSignal.timeout(patienceMs),
      });
      if (status === 202) {
        const { job_id: jobId } = body['job'] as { job_id: string };
        this.told.push({ key, outcome: 'acked', jobId });
        return jobId;
      }
      if (status < 500) throw new RangeError(`${status}: ${JSON.stringify(body)}`);
    } catch (error) {
      if (error instanceof RangeError) throw error;
    }
    this.told.push({ key, outcome: 'unknown' });
    return undefined;
  }

  openGate(gate: string): void {
    writeFileSync(join(this.folder, 'gates', gate), '');
  }

  /** The raw log, as it is on disk now. */
  events(): RawEvent[] {
    return rawEvents(join(this.folder, 'events.db'));
  }

  /** Resolves with the event of a job that is looked for, once it is recorded. */
  async recorded(
    jobId: string,
    wanted: (event: RawEvent) => boolean,
    patienceMs = 60_000,
  ): Promise<RawEvent> {
    let found: RawEvent | undefined;
    await within(
      patienceMs,
      () => `${wanted.toString()} in ${JSON.stringify(eventsOfJob(this.events(), jobId).map(said))}`,
      () => (found = eventsOfJob(this.events(), jobId).find(wanted)) !== undefined,
    );
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  /** Resolves when a build works on its taskserv. */
  async isAtWork(jobId: string): Promise<void> {
    await this.recorded(
      jobId,
      ({ type, data }) => type === 'StepStarted' && String(data['step']).startsWith('taskserv:'),
    );
  }

  /** Resolves when an attempt of a build has begun on its agent. */
  async hasBegun(jobId: string, attempt: number): Promise<void> {
    await this.recorded(jobId, ({ type, data }) => type === 'StepStarted' && data['attempt'] === attempt);
  }

  async isCompleted(jobId: string, patienceMs?: number): Promise<RawEvent> {
    return this.recorded(jobId, ({ type }) => type === 'BuildCompleted', patienceMs);
  }

  /** Sends all processes of a service a signal. */
  signal(service: string, signal: NodeJS.Signals): void {
    for (const child of this.services.processesOf(service)) child.kill(signal);
  }

  /** Asks a service to end; resolves with the exit code of its last process. */
  async end(service: string): Promise<number | NodeJS.Signals | null | undefined> {
    this.signal(service, 'SIGTERM');
    const exits = await Promise.all(this.services.processesOf(service).map(ended));
    return exits.at(-1);
  }

  /** The same, and starts another one. */
  async restart(service: string): Promise<number | NodeJS.Signals | null | undefined> {
    const exit = await this.end(service);
    this.services.start(service);
    return exit;
  }

  /** Keys of all disks in the object store. */
  disks(): string[] {
    return readdirSync(join(this.folder, 'objects', 'objects', 'images'));
  }

  /** All of a build's log that there is, over its attempts. */
  async logOf(jobId: string): Promise<string> {
    const { text } = await this.services.text('GET', `/v1/jobs/${jobId}/logs`);
    const pieces = [...text.matchAll(/"base64":"([^"]*)"/g)];
    return pieces.map(([, piece = '']) => Buffer.from(piece, 'base64').toString()).join('');
  }

  /** What must hold and does not; of agents that are lost at the moment nobody need know yet. */
  violations(...lost: readonly string[]): string[] {
    const agents = [...this.agents.alive(), ...lost];
    const events = this.events();
    return [
      ...violationsIn(events, { told: this.told, agents }),
      ...damagedObjects(events, join(this.folder, 'objects')),
    ];
  }

  remove(): Promise<void> {
    this.agents.remove();
    return this.services.remove();
  }
}

type Submission = { work: string; image: string; key: string; patienceMs?: number };

const said = ({ type, data: { attempt, step, agentId } }: RawEvent): string => {
  const words = [attempt, step, agentId].filter((word) => word !== undefined);
  return words.length === 0 ? type : `${type} ${JSON.stringify(words)}`;
};
