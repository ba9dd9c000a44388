import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { faultCode } from '@gild/ports';
import { directoryObjectStore } from '../directory-object-store.js';

const root = process.argv[2] ?? '';
const store = directoryObjectStore(root);

const tell = (...words: string[]) => process.stdout.write(`${words.join(' ')}\n`);

const zeros = async function* (pieces: number) {
  for (let piece = 0; piece < pieces; piece += 1) yield await Promise.resolve(new Uint8Array(65_536));
};
const attempt = async (name: string, pieces: number): Promise<void> => {
  const outcome = await store.put(name, zeros(pieces)).then(() => 'stored', faultCode);
  tell(name, String(outcome));
};

await attempt('small', 1);
await attempt('large', 100);
tell('temporary', String((await readdir(join(root, 'temporary'))).length));
await attempt('again', 1);
