// Measures what signing a history costs: `npm run bench:proof [-- events]`. Prints the processor time of a notary that reads a whole log, and of
// one that goes on where it signed last, and the bytes that one round of signing stores. The bytes are the same on every machine.
import { generateKeyPairSync } from 'node:crypto';
import { memoryEventStore } from '@gild/event-store-memory';
import {
  ed25519Signer,
  randomIds,
  sha256,
  sha256OfBytes,
  systemClock,
  verifyEd25519,
} from '@gild/node-runtime';
import { Notary } from '@gild/proof-application';
import { memoryObjectStore, numberedEvent } from '@gild/testing';

const EVENTS = Number(process.argv[2] ?? 20_000);
const ROUNDS = 512; // two full tiles of leaves: every width of a partial tile twice
const AT_ONCE = 100;
const store = memoryEventStore();
const kept = new Map();
const fail = (error) => {
  throw error;
};
const deps = {
  ...{ store, objects: memoryObjectStore(kept), clock: systemClock, ids: randomIds, sha256, sha256OfBytes },
  ...{ verifySignature: verifyEd25519, registryId: 'local', report: fail, refused: fail },
  signer: ed25519Signer('gild/00000000000000000000000000000000', generateKeyPairSync('ed25519').privateKey),
};
let recorded = 0;
const record = async (count) => {
  await store.append(
    'job-bench',
    'any',
    Array.from({ length: count }, () => numberedEvent(recorded)),
  );
  recorded += count;
};
/** One life of a notary; its processor time in microseconds. */
const signed = async () => {
  const begun = process.cpuUsage();
  const notary = new Notary(deps);
  notary.start();
  while (notary.state().signed <= recorded) await systemClock.delay(1); // one more than these: its key
  await notary.stop();
  const { user, system } = process.cpuUsage(begun);
  return user + system;
};

for (let count = 0; count < EVENTS; count += AT_ONCE) await record(AT_ONCE);
const whole = await signed();
await record(1);
const goneOn = await signed();
console.log(
  `the whole log of ${EVENTS} events: ${(whole / EVENTS).toFixed(1)} us of processor time for each`,
);
console.log(`going on behind ${EVENTS} events: ${(goneOn / 1_000).toFixed(1)} ms of processor time`);

const before = new Map(kept);
for (let round = 0; round < ROUNDS; round += 1) {
  await record(1);
  await signed();
}
const fresh = [...kept].filter(([key]) => !before.has(key));
for (const [what, pattern] of [
  ['checkpoints', /^proof\/checkpoint/],
  ['partial tiles', /\.p\//],
  ['all of the proof', /^proof/],
]) {
  const found = fresh.filter(([key]) => pattern.test(key));
  const bytes = found.reduce((sum, [, { length }]) => sum + length, 0);
  console.log(
    `${what}: ${(bytes / ROUNDS).toFixed(0)} bytes in ${(found.length / ROUNDS).toFixed(2)} objects a round`,
  );
}
