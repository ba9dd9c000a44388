import { InstalledPackage, type StoredObject } from '@gild/contracts';
import { Fault, type ObjectStore } from '@gild/ports';
import { z } from 'zod';
import { artifactFault, defectIn } from '../verifying/stored-objects.js';

/** Of a system with every package of a distribution it would be less. */
const MOST_BYTES = 64 * 2 ** 20;

const PackageList = z.array(InstalledPackage);

/**
 * The packages in an image of the version of that name, as its builder found them, each once; every byte is checked against what was
 * published. Faults: ARTIFACT_NOT_FOUND, ARTIFACT_DAMAGED.
 */
export const storedPackages = async (
  objects: ObjectStore,
  object: StoredObject,
  name: string,
): Promise<readonly InstalledPackage[]> => {
  const noList = (why: string) => new Fault('ARTIFACT_DAMAGED', `${name}: ${object.key} ${why}`);
  if (object.sizeBytes > MOST_BYTES) throw noList(`is larger than a list of packages can be`);
  const text = await wholeText(objects, object).catch((error: unknown) => {
    throw artifactFault(name, defectIn(error));
  });
  const list = PackageList.safeParse(parsedJson(text));
  if (!list.success) throw noList('is no list of packages');
  const known = new Map(list.data.map((each) => [`${each.name} ${each.version} ${each.arch}`, each]));
  return [...known.values()];
};

const wholeText = async (objects: ObjectStore, object: StoredObject): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of objects.read(object)) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
};

/** Undefined when it is not JSON. */
const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
