import { canonicalJson } from '@gild/kernel';
import type { GoldenImageConfig } from './golden-image-config.js';

/** The one spelling of a resolved definition: keys sorted, no white space. Its form may never change. */
export const definitionText = (definition: GoldenImageConfig): string => canonicalJson(definition);

/** Identity of a resolved definition: the digest of its canonical text, with the digest function given. */
export const definitionDigest = (definition: GoldenImageConfig, sha256: (text: string) => string): string =>
  sha256(definitionText(definition));
