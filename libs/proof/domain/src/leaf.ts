import { canonicalJson } from '@gild/kernel';
import type { Hash, TreeHashes } from './tree-hashes.js';

/** An event as it is proven. Its position is not part of it: a restored store has others. */
export type ProvenEvent = {
  stream: string;
  revision: number;
  id: string;
  type: string;
  data: Record<string, unknown>;
  metadata: object;
};

/** The hash of an event in the tree: of its canonical JSON in UTF-8. What it is taken over may never change. */
export const leafHash = (event: ProvenEvent, hashes: TreeHashes): Hash => {
  const { stream, revision, id, type, data, metadata } = event;
  return hashes.leaf(new TextEncoder().encode(canonicalJson({ stream, revision, id, type, data, metadata })));
};
