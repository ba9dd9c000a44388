import type { ArtifactLayer, BuildBase, ExtraRepository, StoredObject } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import {
  type CachedLayer,
  Fault,
  faultCode,
  type InstalledBase,
  type LayerCache,
  type AgentObjects,
} from '@gild/ports';

/** Stands for the bytes of all layers of a base: what is built on them is built on exactly these. */
export const baseKey = ({ layers }: BuildBase, sha256: (text: string) => string): string =>
  sha256(canonicalJson(layers.map(({ object }) => object.sha256)));

/** Key under which a layer is cached that was fetched: its digest, because its own key promises no bytes. */
export const fetchedKey = ({ object }: ArtifactLayer): string => object.sha256;

/** The cached layer of exactly these bytes: one that was built here, or fetched. */
export const cachedBaseLayer = async (
  layer: ArtifactLayer,
  layers: LayerCache,
): Promise<CachedLayer | undefined> => {
  const built = await layers.find(layer.key);
  return built?.archive.sha256 === layer.object.sha256 ? built : layers.find(fetchedKey(layer));
};

/** How much of a base is not on this host; undefined when all of it is. */
export const missingOfBase = async (
  { layers, imageName, version }: BuildBase,
  cache: LayerCache,
): Promise<string | undefined> => {
  const cached = await Promise.all(layers.map((layer) => cachedBaseLayer(layer, cache)));
  const missing = layers.filter((_, index) => cached[index] === undefined);
  if (missing.length === 0) return undefined;
  const bytes = missing.reduce((sum, { object }) => sum + object.sizeBytes, 0);
  return `${missing.length} of ${layers.length} layers of ${imageName} ${version} are fetched, ${megabytes(bytes)}`;
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** What a toolchain has to know of a base; undefined without one. */
export const installedBase = async (
  base: BuildBase | undefined,
  objects: AgentObjects,
): Promise<InstalledBase | undefined> => {
  if (base === undefined) return undefined;
  const packageState = await storedText(base.packageState, { base, objects });
  return { packageState, repositories: repositoriesOf(base) };
};

/** What the recipes of a base brought, in the order of its layers. */
export const repositoriesOf = (base: BuildBase | undefined): readonly ExtraRepository[] =>
  base?.taskservs.flatMap(({ installation }) => installation.repositories) ?? [];

type Place = { base: BuildBase; objects: AgentObjects };

const storedText = async (object: StoredObject, place: Place): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of piecesOf(object, place)) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
};

const GONE = ['OBJECT_MISSING', 'OBJECT_DAMAGED'];

/** The pieces of something stored with a base. What is lost there is lost for every attempt, until the base is made again. */
export async function* piecesOf(object: StoredObject, { base, objects }: Place): AsyncGenerator<Uint8Array> {
  try {
    yield* objects.read(object);
  } catch (error) {
    if (!GONE.includes(faultCode(error) ?? '')) throw error;
    const { imageName, version } = base;
    throw new Fault(
      'BASE_DAMAGED',
      `${imageName} ${version} cannot be started from: ${(error as Error).message}; build ${imageName} again with --no-cache`,
      { cause: error },
    );
  }
}
