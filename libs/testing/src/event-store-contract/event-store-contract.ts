import { appending } from './appending.js';
import { bulk } from './bulk.js';
import type { EventStoreSubject, LogUnderTest, Subject } from './log-under-test.js';
import { reading } from './reading.js';
import { reopening } from './reopening.js';
import { repeating } from './repeating.js';
import { subscribing } from './subscribing.js';

/** Registers the tests that every event store passes: the promises of the port, one by one. */
export const eventStoreContract = (name: string, subject: EventStoreSubject): void => {
  describe(`${name} as an event store`, () => {
    let log: LogUnderTest | undefined;
    let tag = '';
    beforeEach(async () => {
      tag = crypto.randomUUID().slice(0, 8);
      log = await subject.open();
    });
    afterEach(() => log?.destroy());

    const working: Subject = {
      timeoutMs: 10_000,
      ...subject,
      log: () => log ?? missing(),
      stream: (category, id = 'a') => `${category}${tag}-${id}`,
    };
    describe('appending', () => appending(working));
    describe('appending again', () => repeating(working));
    describe('reading', () => reading(working));
    describe('subscribing', () => subscribing(working));
    describe('in bulk', () => bulk(working));
    if (subject.durable) describe('reopened', () => reopening(working));
  });
};

const missing = (): never => {
  throw new Error('the log of this test was not opened');
};
