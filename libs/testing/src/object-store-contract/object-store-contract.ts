import type { ObjectStore } from '@gild/ports';
import { concurrentWriting } from './concurrent-writing.js';
import { largeObjects } from './large-objects.js';
import { readingObjects } from './reading-objects.js';
import type { ObjectStoreSubject, ObjectsUnderTest } from './objects-under-test.js';
import { writingObjects } from './writing-objects.js';

/** Registers the tests that every object store passes: the promises of the port, one by one. */
export const objectStoreContract = (name: string, subject: ObjectStoreSubject): void => {
  describe(`${name} as an object store`, () => {
    let opened: ObjectsUnderTest | undefined;
    beforeEach(async () => {
      opened = await subject.open();
    });
    afterEach(() => opened?.destroy());
    const objects = (): ObjectsUnderTest => opened ?? missing();
    const store = (): ObjectStore => objects().store;
    describe('writing', () => writingObjects(store, objects));
    describe('reading', () => readingObjects(store, objects));
    describe('large objects', () => largeObjects(store, objects));
    describe('several writers', () => concurrentWriting(store, objects));
  });
};

const missing = (): never => {
  throw new Error('the store of this test was not opened');
};
