/**
 * Unpacked layers, kept between builds so that none has to be unpacked for each. Nobody changes a tree. What may not have
 * reached the disk when the host stopped is forgotten.
 */
export interface LayerTrees {
  /**
   * The tree of a layer, which stays as long as it is held. When there is none, `unpack` fills the folder it is given, once
   * however many ask at the same time; when it fails there still is none.
   */
  hold(key: string, unpack: (folder: string) => Promise<void>): Promise<string>;
  /** Makes a finished folder the tree of its layer and holds it; answers where the tree is. */
  keep(key: string, folder: string): Promise<string>;
  /** Forgets a tree, as soon as nobody holds it: its layer was damaged. Absent is fine. */
  evict(key: string): Promise<void>;
  /** Once for every `hold` and `keep` that answered. Removes what is not worth its place any more. */
  release(key: string): Promise<void>;
}
