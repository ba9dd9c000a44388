import { isoTime } from '@gild/kernel';
import { Fault } from '@gild/ports';
import { seededRandom } from '@gild/testing';
import type { YearFarm } from './year-farm.spec.js';

/** How much happens in the year. */
export type YearSize = { images: number; versions: number; vms: number; events: number };

export const WHOLE_YEAR: YearSize = { images: 200, versions: 5_000, vms: 20_000, events: 1_000_000 };

/** The first moment of the year. */
export const BEGIN_MS = Date.parse('2025-01-01T00:00:00.000Z');
const YEAR_MS = 365 * 86_400_000;
const PEOPLE = ['ada', 'grace', 'alan', 'edsger', 'barbara'];
const CHANNELS = ['stable', 'stable', 'candidate', 'edge'];
/** One image in so many is what others are built on. */
const IMAGES_OF_A_BASE = 10;
const HOSTS = 100;

/** What people and machines do in a year, all of which follows from the seed. */
export class Year {
  /** Requests that were refused, by code: nobody looks before they ask. */
  readonly refused = new Map<string, number>();
  readonly #farm: YearFarm;
  readonly #size: YearSize;
  readonly #draw: () => number;
  /** By image; also those that are no more. */
  readonly #versions = new Map<string, string[]>();
  #published = 0;

  constructor(farm: YearFarm, size: YearSize, seed: number) {
    this.#farm = farm;
    this.#size = size;
    this.#draw = seededRandom(seed);
  }

  /** `told`: the share of the year that is over, now and then. */
  async live(told: (share: number) => void = () => undefined): Promise<void> {
    while (this.#published < this.#size.versions) {
      await this.#buildOne();
      await this.#decideOnes();
      await this.#machinesUntil(this.#share * this.#size.events);
      if (this.#published % 100 === 0) told(this.#share);
    }
  }

  /** Every event has a time of its own, most of them. */
  #timePasses(share: number): void {
    this.#farm.clock.setWallClock(isoTime(BEGIN_MS + Math.floor(share * YEAR_MS)));
  }

  get #share(): number {
    return this.#published / this.#size.versions;
  }

  async #buildOne(): Promise<void> {
    this.#timePasses(this.#share);
    const definition = this.#definition(Math.floor(this.#draw() * this.#size.images));
    const dice = this.#draw();
    const outcome = dice < 0.06 ? 'failed' : dice < 0.1 ? 'cancelled' : 'published';
    await this.#tried(async () => {
      const jobId = await this.#farm.build(definition, this.#person(), outcome);
      if (outcome !== 'published') return;
      const { image_version: version } = await this.#farm.scheduler.job(jobId);
      this.#versions.set(definition.name, [...(this.#versions.get(definition.name) ?? []), version]);
      this.#published += 1;
    });
  }

  /** No two are the same: the same definition is the same version. */
  #definition(n: number): { name: string } {
    const base = n - (n % IMAGES_OF_A_BASE);
    const hasBase = n !== base && this.#versions.has(`image-${base}`);
    return {
      name: `image-${n}`,
      ...{ base_os: 'debian', os_version: '12', arch: 'x86_64', taskservs: [] },
      ...{ disk_size_gb: 10, description: `as of ${this.#draw()}` },
      ...(hasBase && {
        base_image: { name: `image-${base}`, version: '*' },
        steps: { prepare_base: false },
      }),
    };
  }

  async #decideOnes(): Promise<void> {
    const image = this.#pick([...this.#versions.keys()]);
    if (image === undefined) return;
    for (const [likely, decide] of this.#decisionsAbout(image))
      if (this.#draw() < likely) await this.#tried(decide);
  }

  /** Each with how likely it is to be taken. */
  #decisionsAbout(image: string): readonly (readonly [number, () => Promise<unknown>])[] {
    const versions = this.#versions.get(image) ?? [];
    const [version, newest] = [this.#pick(versions), versions.at(-1)];
    const channel = this.#pick(CHANNELS);
    const { registry } = this.#farm;
    const asked = () => ({ ...this.#farm.asked(this.#person()), image });
    return [
      [0.7, () => registry.promote({ ...asked(), channel, version: newest })],
      [0.06, () => registry.rollBack({ ...asked(), channel, reason: 'it is slower' })],
      [0.02, () => registry.removeChannel({ ...asked(), channel })],
      [0.1, () => registry.deprecate({ ...asked(), version, replacement: newest })],
      [0.03, () => registry.withdrawDeprecation({ ...asked(), version })],
      [0.02, () => registry.revoke({ ...asked(), version, reason: 'a hole', rollBack: this.#draw() < 0.5 })],
      [0.04, () => registry.deleteVersion({ ...asked(), version, force: this.#draw() < 0.3 })],
      [0.02, () => registry.changePolicy(this.#policyChange())],
    ];
  }

  #policyChange(): { changes: Record<string, number>; actor: string } {
    return { changes: { max_parallel_builds: 1 + Math.floor(this.#draw() * 20) }, actor: this.#person() };
  }

  /** Machines start, stop, move and are made anew until there are so many events. */
  async #machinesUntil(events: number): Promise<void> {
    const before = this.#share - 1 / this.#size.versions;
    const missing = events - (await this.#farm.recorded());
    for (let n = 0; n < missing; n += 1) {
      this.#timePasses(before + n / missing / this.#size.versions);
      await this.#tried(() => this.#machine());
    }
  }

  #machine(): Promise<unknown> {
    const actor = this.#person();
    const vmId = `vm-${Math.floor(this.#draw() * this.#size.vms)}`;
    if (this.#draw() < 0.3) return this.#farm.registry.reportVmStop({ vmId, actor });
    const image = this.#pick([...this.#versions.keys()]) ?? '';
    const version = this.#pick([
      ':stable',
      'latest',
      this.#pick(this.#versions.get(image) ?? []) ?? 'latest',
    ]);
    const host = `host-${Math.floor(this.#draw() * HOSTS)}`;
    return this.#farm.registry.reportVmStart({ vmId, actor, image, version, host });
  }

  /** What is refused is counted; anything else that goes wrong ends the year. */
  async #tried(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.refused.set(error.code, (this.refused.get(error.code) ?? 0) + 1);
    }
  }

  #person(): string {
    return this.#pick(PEOPLE) ?? '';
  }

  #pick<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.#draw() * all.length)];
  }
}
