import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { ed25519Signer, randomIds, sha256, sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import type { EventStore, ObjectStore } from '@gild/ports';
import { fakeClock, numberedEvent } from '@gild/testing';
import { auditService } from './audit/audit-service.js';
import { Notary } from './notary/notary.js';
import type { ProofDeps } from './proof-deps.js';

export type Told = { reported: unknown[]; refused: unknown[] };

/** A history in a real database and a real folder, with what an intruder can do to it. */
export class HistoryUnderTest {
  readonly folder = mkdtempSync(join(tmpdir(), 'gild-proof-'));
  readonly told: Told = { reported: [], refused: [] };
  readonly clock = fakeClock();
  readonly signer = ed25519Signer('gild/local', generateKeyPairSync('ed25519').privateKey);
  objects: ObjectStore = directoryObjectStore(join(this.folder, 'objects'));
  #store: EventStore | undefined;

  get store(): EventStore {
    this.#store ??= sqliteEventStore({ path: this.#database, clock: this.clock });
    return this.#store;
  }

  get #database(): string {
    return join(this.folder, 'events.db');
  }

  deps(changed: Partial<ProofDeps> = {}): ProofDeps {
    return {
      ...{ store: this.store, objects: this.objects, clock: this.clock, ids: randomIds, sha256 },
      ...{ sha256OfBytes, verifySignature: verifyEd25519, signer: this.signer, registryId: 'local' },
      report: (error) => void this.told.reported.push(error),
      refused: (error) => void this.told.refused.push(error),
      ...changed,
    };
  }

  /** Records so many events of a job, one append each. */
  async record(count: number, job = 'a'): Promise<void> {
    for (let number = 0; number < count; number += 1)
      await this.store.append(`job-${job}`, 'any', [numberedEvent(number)]);
  }

  /** Records so many events in one append. */
  async recordAtOnce(count: number, job = 'a'): Promise<void> {
    await this.store.append(
      `job-${job}`,
      'any',
      Array.from({ length: count }, (_, n) => numberedEvent(n)),
    );
  }

  /** A notary that has looked at everything there is, and waits. */
  async notary(changed: Partial<ProofDeps> = {}): Promise<Notary> {
    let rests = () => {};
    const resting = new Promise<void>((resolve) => (rests = resolve));
    const delay: ProofDeps['clock']['delay'] = (ms, signal) => {
      if (ms === 0) return this.clock.settle(); // it only lets others have their turn
      rests();
      return this.clock.delay(ms, signal);
    };
    const notary = new Notary(
      this.deps({
        clock: { ...this.clock, delay },
        refused: (error) => {
          this.told.refused.push(error);
          rests();
        },
        ...changed,
      }),
    );
    notary.start();
    await resting;
    return notary;
  }

  /** Signs what there is. */
  async sign(): Promise<void> {
    await (await this.notary()).stop();
  }

  get audit() {
    return auditService(this.deps());
  }

  /** Changes the database as somebody with the file in his hands does. */
  async intrude(sql: string): Promise<void> {
    await this.close();
    const database = new DatabaseSync(this.#database);
    const triggers = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
    const found = database.prepare(triggers).all() as { name: string; sql: string }[];
    for (const { name } of found) database.exec(`DROP TRIGGER ${name}`);
    database.exec(sql);
    for (const trigger of found) database.exec(trigger.sql);
    database.close();
  }

  /** What is in the folder now, to be put back later. */
  async backUp(name: 'events.db' | 'objects'): Promise<() => Promise<void>> {
    await this.close();
    const copy = join(this.folder, `copy of ${name}`);
    cpSync(join(this.folder, name), copy, { recursive: true });
    return async () => {
      await this.close();
      for (const old of [name, `${name}-wal`, `${name}-shm`])
        rmSync(join(this.folder, old), { recursive: true, force: true });
      cpSync(copy, join(this.folder, name), { recursive: true });
      this.objects = directoryObjectStore(join(this.folder, 'objects'));
    };
  }

  async keys(prefix = 'proof/'): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of this.objects.list(prefix)) keys.push(key);
    return keys;
  }

  async close(): Promise<void> {
    await this.#store?.close();
    this.#store = undefined;
  }

  async destroy(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true });
  }
}
