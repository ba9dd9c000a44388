import type { VmRecord, VmRecords } from './vms-view.js';
import type { Count, VmsCourse } from './vms-course.js';

/** The machines after so many turns of their course, and what followed: each is made when it is asked for. */
export class PastRecords implements VmRecords {
  readonly #course: VmsCourse;
  readonly #count: Count;
  readonly #since = new Map<string, VmRecord>();

  constructor(course: VmsCourse, count: Count) {
    this.#course = course;
    this.#count = count;
  }

  get(id: string): VmRecord | undefined {
    const number = this.#course.numberOf(id);
    return this.#since.get(id) ?? (number === undefined ? undefined : this.#made(number));
  }

  set(id: string, record: VmRecord): void {
    this.#since.set(id, record);
  }

  *[Symbol.iterator](): Generator<[id: string, record: VmRecord]> {
    for (const number of this.#count.lasts.keys()) {
      const id = this.#course.idOf(number);
      const record = this.#since.get(id) ?? this.#made(number);
      if (record !== undefined) yield [id, record];
    }
    for (const [id, record] of this.#since) if (this.#isNew(id)) yield [id, record];
  }

  /** Whether the machine had no turn at all when the turns were counted. */
  #isNew(id: string): boolean {
    const number = this.#course.numberOf(id);
    return number === undefined || number >= this.#count.lasts.length;
  }

  #made(number: number): VmRecord | undefined {
    const last = this.#count.lasts[number] ?? -1;
    return last < 0 ? undefined : this.#course.recordOf(last, this.#count.begins[number] ?? 0);
  }
}
