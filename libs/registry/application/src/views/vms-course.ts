import { epochMs, isoTime } from '@gild/kernel';
import type { VmRecord } from './vms-view.js';

/** What an event made of a machine; `isStart`: that it started from its version. */
export type Turn = { id: string; record: VmRecord; isStart: boolean; time: string };

/** A machine but for what tells it from the others, as a text: there are few of them. */
type Kind = Pick<VmRecord, 'status'> & Pick<Turn, 'isStart'> & { machine: Partial<VmRecord['machine']> };

const FIRST_ROOM = 1_024;

/**
 * Every turn of every machine in a few bytes each, so that what all machines were after any number of turns is counted out without
 * reading the log.
 */
export class VmsCourse {
  readonly #ids = new Numbered();
  readonly #kinds = new Numbered();
  readonly #hosts = new Numbered();
  /** Times that are not written as clocks here write them. */
  readonly #oddTimes = new Numbered();
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
    this.#columns.kinds[this.#length] = this.#kinds.of(JSON.stringify(kind));
    this.#columns.hosts[this.#length] = this.#hosts.of(host);
    this.#times[this.#length] = this.#shortTime(time);
    this.#length += 1;
  }

  /** The last of the first so many turns of each machine, and each start among them, in order. */
  replay(length: number, { start, last }: { start: (turn: StartTurn) => void; last: (turn: Turn) => void }) {
    const kinds = this.#kinds.all.map((text) => JSON.parse(text) as Kind);
    const lasts = new Int32Array(this.#ids.all.length).fill(-1);
    const begins = lasts.slice();
    for (let at = 0; at < length; at += 1) {
      const [id, kind] = [numberAt(this.#columns.ids, at), kinds[numberAt(this.#columns.kinds, at)]];
      const isStart = kind?.isStart === true;
      if (isStart) start({ kind: kind.machine, at });
      if (isStart || lasts[id] === -1) begins[id] = at;
      lasts[id] = at;
    }
    for (const [id, at] of lasts.entries()) if (at >= 0) last(this.#turn(at, kinds, numberAt(begins, id)));
  }

  timeOf(at: number): string {
    const short = this.#times[at] ?? 0;
    return short < 0 ? (this.#oddTimes.all[-short - 1] ?? '') : isoTime(short);
  }

  #turn(at: number, kinds: readonly Kind[], begin: number): Turn {
    const id = textAt(this.#ids, this.#columns.ids, at);
    const { status, isStart, machine } = kinds[numberAt(this.#columns.kinds, at)] as Kind;
    const host = textAt(this.#hosts, this.#columns.hosts, at);
    const time = this.timeOf(at);
    const whole = { imageName: '', version: '', vmId: id, ...machine, host };
    const record = { status, machine: whole, startedAt: this.timeOf(begin) };
    return { id, isStart, time, record: status === 'stopped' ? { ...record, stoppedAt: time } : record };
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

const numberAt = (column: Uint32Array | Int32Array, at: number): number => column[at] ?? 0;

const textAt = ({ all }: Numbered, column: Uint32Array, at: number): string =>
  all[numberAt(column, at)] ?? '';

/** A start of a machine from a version, by its place in the course. */
export type StartTurn = { kind: Kind['machine']; at: number };

/** Texts by numbers from 0, each once. */
class Numbered {
  readonly all: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.all.length);
    return this.all.push(text) - 1;
  }
}
