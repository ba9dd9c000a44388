import type { RecordedEvent, Sha256OfBytes } from '@gild/ports';
import { hex } from '@gild/proof-domain';
import { jsonLines } from './json-lines.js';
import { backupKeys, type BackupPlace, type EventPage } from './manifest.js';

const PAGE_EVENTS = 1_000;
const PAGE_CHARACTERS = 4_194_304;

/** Cuts a history into pages; the same events always give the same pages, so that only new ones are written. */
export class PageWriter {
  readonly #to: { place: BackupPlace; sha256OfBytes: Sha256OfBytes };
  readonly #pages: EventPage[] = [];
  #waiting: object[] = [];
  #characters = 0;
  #first = 0;

  constructor(to: { place: BackupPlace; sha256OfBytes: Sha256OfBytes }) {
    this.#to = to;
  }

  async add({ stream, revision, id, type, data, metadata }: RecordedEvent): Promise<void> {
    this.#waiting.push({ stream, revision, id, type, data, metadata });
    this.#characters += JSON.stringify(data).length;
    if (this.#waiting.length === PAGE_EVENTS || this.#characters >= PAGE_CHARACTERS) await this.#settle();
  }

  /** All pages, the last one included. */
  async end(): Promise<EventPage[]> {
    if (this.#waiting.length > 0) await this.#settle();
    return this.#pages;
  }

  async #settle(): Promise<void> {
    const { place, sha256OfBytes } = this.#to;
    const bytes = jsonLines(this.#waiting);
    const sha256 = hex(sha256OfBytes(bytes));
    const page = { key: backupKeys.page(this.#first, sha256), sha256, sizeBytes: bytes.length };
    await place.objects.put(page.key, bytes, sha256); // what is there is compared, and mended where it is damaged
    this.#pages.push({ ...page, events: this.#waiting.length });
    this.#first += this.#waiting.length;
    this.#waiting = [];
    this.#characters = 0;
  }
}
