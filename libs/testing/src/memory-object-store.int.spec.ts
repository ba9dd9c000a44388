import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryObjectStore } from './memory-object-store.js';
import { objectStoreContract } from './object-store-contract/object-store-contract.js';

objectStoreContract('memory', {
  open: async () => {
    const objects = new Map<string, Uint8Array>();
    const dir = await mkdtemp(join(tmpdir(), 'gild-objects-'));
    let files = 0;
    return {
      store: memoryObjectStore(objects),
      another: () => Promise.resolve(memoryObjectStore(objects)),
      file: async (bytes) => {
        const path = join(dir, String((files += 1)));
        await writeFile(path, bytes);
        return path;
      },
      damage: (key) => Promise.resolve(void objects.set(key, new TextEncoder().encode('hellp'))),
      destroy: () => rm(dir, { recursive: true }),
    };
  },
});
