import type { ObjectStore } from '@gild/ports';

/** One empty store that the suite may write to, and the ways to reach it. */
export interface ObjectsUnderTest {
  readonly store: ObjectStore;
  /** `false`: below the store two writers at the very same moment may both create an object. */
  readonly isCreateOnly?: boolean;
  /** `false`: what lies below the store lists keys of unlike folders out of order. */
  readonly isInOrder?: boolean;
  /** A second store on the same objects, as another process would have. */
  another(): Promise<ObjectStore>;
  /** A file of this host with these bytes, for `putFile`. */
  file(bytes: Uint8Array): Promise<string>;
  /** Changes the stored bytes of an object behind the store's back. */
  damage(key: string): Promise<void>;
  destroy(): Promise<void>;
}

/** How the suite gets its stores. */
export interface ObjectStoreSubject {
  readonly open: () => Promise<ObjectsUnderTest>;
}
