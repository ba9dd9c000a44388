import type { ObjectStore } from '@gild/ports';

/** A store for what a fake builder makes: its archives are no files, and are stored as their own names, as the fake says. */
export const storingArchives = (store: ObjectStore): ObjectStore => ({
  ...store,
  putFile: (key, path, how) =>
    path.startsWith('/')
      ? store.putFile(key, path, how)
      : store.put(key, new TextEncoder().encode(path), how?.expectSha256),
});
