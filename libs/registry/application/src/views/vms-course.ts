import { epochMs, isoTime } from '@gild/kernel';
import { Numbered } from './numbered.js';
import type { VmRecord } from './vms-view.js';

/** What an event made of a machine; `isStart`: that it started from its version. */
export type Turn = { id: string; record: VmRecord; isStart: boolean; time: string };

type Machine = VmRecord['machine'];

/** A machine but for what tells it from the others: there are few of them. `vmId`: where it differs from the name of the stream. */
type Kind = Pick<VmRecord, 'status'> &
  Pick<Turn, 'isStart'> & { machine: Omit<Machine, 'vmId' | 'host'> & Partial<Pick<Machine, 'vmId'>> };

/** What so many turns came to, as numbers. Of each machine: its last turn, and its last start or, where none is known, its first turn (-1: none). */
export type Count = {
  lasts: Int32Array;
  begins: Int32Array;
  /** Of each version: how often a machine started from it, and the last such turn. */
  starts: Uint32Array;
  lastStarts: Int32Array;
};

const FIRST_ROOM = 1_024;

/**
 * Every turn of every machine in a few bytes each, so that what all machines were after any number of turns is counted out without
 * reading the log, and only the machines that are asked for are made.
 */
export class VmsCourse {
  readonly #ids = new Numbered();
  readonly #hosts = new Numbered();
  /** Times that are not written as clocks here write them. */
  readonly #oddTimes = new Numbered();
  /** Kinds and the versions they run, as texts, each once. */
  readonly #kindTexts = new Numbered();
  readonly #versionTexts = new Numbered();
  readonly #kinds: Kind[] = [];
  readonly #versions: { imageName: string; version: string }[] = [];
  readonly #versionOfKind: number[] = [];
  #columns = { ids: new Uint32Array(0), kinds: new Uint32Array(0), hosts: new Uint32Array(0) };
  #times = new Float64Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add({ id, record: { status, machine }, isStart, time }: Turn): void {
    if (this.#length === this.#times.length) this.#grow();
    const { vmId, host, ...rest } = machine;
    const kind: Kind = { status, isStart, machine: vmId === id ? rest : { ...rest, vmId } };
    this.#columns.ids[this.#length] = this.#ids.of(id);
    this.#columns.kinds[this.#length] = this.#kindOf(kind);
    this.#columns.hosts[this.#length] = this.#hosts.of(host);
    this.#times[this.#length] = this.#shortTime(time);
    this.#length += 1;
  }

  count(length: number): Count {
    const { ids, kinds } = this.#columns;
    const isStart = Uint8Array.from(this.#kinds, (kind) => (kind.isStart ? 1 : 0));
    const lasts = new Int32Array(this.#ids.length).fill(-1);
    const begins = lasts.slice();
    const starts = new Uint32Array(this.#versions.length);
    const lastStarts = new Int32Array(this.#versions.length).fill(-1);
    for (let at = 0; at < length; at += 1) {
      const [id, kind] = [numberAt(ids, at), numberAt(kinds, at)];
      if (isStart[kind] === 1) {
        const version = this.#versionOfKind[kind] ?? 0;
        starts[version] = numberAt(starts, version) + 1;
        lastStarts[version] = at;
      }
      if (isStart[kind] === 1 || lasts[id] === -1) begins[id] = at;
      lasts[id] = at;
    }
    return { lasts, begins, starts, lastStarts };
  }

  /** The number of a machine; undefined of one that never had a turn. */
  numberOf(id: string): number | undefined {
    return this.#ids.find(id);
  }

  idOf(number: number): string {
    return this.#ids.text(number);
  }

  /** The version of that number in a `Count`. */
  versionOf(number: number): { imageName: string; version: string } {
    return this.#versions[number] ?? { imageName: '', version: '' };
  }

  /** The number of the version that a machine runs after that turn; undefined after one that stopped it. */
  ranAt(at: number): number | undefined {
    const kind = numberAt(this.#columns.kinds, at);
    return this.#kinds[kind]?.status === 'running' ? this.#versionOfKind[kind] : undefined;
  }

  timeOf(at: number): string {
    const short = this.#times[at] ?? 0;
    return short < 0 ? this.#oddTimes.text(-short - 1) : isoTime(short);
  }

  /** What that turn made of its machine, which started with the other one. */
  recordOf(at: number, begin: number): VmRecord {
    const vmId = this.#ids.text(numberAt(this.#columns.ids, at));
    const { status, machine } = this.#kinds[numberAt(this.#columns.kinds, at)] as Kind;
    const host = this.#hosts.text(numberAt(this.#columns.hosts, at));
    const record = { status, machine: { vmId, ...machine, host }, startedAt: this.timeOf(begin) };
    return status === 'stopped' ? { ...record, stoppedAt: this.timeOf(at) } : record;
  }

  #kindOf(kind: Kind): number {
    const number = this.#kindTexts.of(JSON.stringify(kind));
    if (number < this.#kinds.length) return number;
    const { imageName, version } = kind.machine;
    const known = this.#versionTexts.of(JSON.stringify([imageName, version]));
    if (known === this.#versions.length) this.#versions.push({ imageName, version });
    this.#versionOfKind.push(known);
    return this.#kinds.push(kind) - 1;
  }

  #shortTime(time: string): number {
    const ms = epochMs(time);
    return ms >= 0 && isoTime(ms) === time ? ms : -1 - this.#oddTimes.of(time);
  }

  #grow(): void {
    const room = Math.max(FIRST_ROOM, Math.ceil(this.#length * 1.25));
    const wider = (column: Uint32Array<ArrayBuffer>) => {
      const grown = new Uint32Array(room);
      grown.set(column);
      return grown;
    };
    const { ids, kinds, hosts } = this.#columns;
    this.#columns = { ids: wider(ids), kinds: wider(kinds), hosts: wider(hosts) };
    const times = new Float64Array(room);
    times.set(this.#times);
    this.#times = times;
  }
}

const numberAt = (column: Uint32Array, at: number): number => column[at] ?? 0;
