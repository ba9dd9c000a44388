import { directoryObjectStore as realStore } from '@gild/object-store-directory';

/** The real store, but for an agent told to die when it has stored a disk and told nobody yet. */
export const directoryObjectStore = (...args: Parameters<typeof realStore>): ReturnType<typeof realStore> => {
  const store = realStore(...args);
  if (process.env['GILD_TEST_FAILPOINT'] !== 'after-upload') return store;
  return {
    ...store,
    putFile: async (key, path, how) => {
      const stored = await store.putFile(key, path, how);
      if (key.startsWith('images/')) process.kill(process.pid, 'SIGKILL');
      return stored;
    },
  };
};
