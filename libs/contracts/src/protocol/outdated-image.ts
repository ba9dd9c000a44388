import { z } from 'zod';
import { BuildOptions } from './requests.js';

/**
 * `outdated`: images of which a build would make something that no version is and no build under way makes, and their newest version is
 * not.
 */
export const OutdatedQuery = z.strictObject({
  /** That image alone. */
  image: z.string().min(1).optional(),
  /** Those alone whose definition asks to be built again by itself. */
  automatic: z.boolean().default(false),
  /** As it was then, by what is on record: which taskservs there were, and how a release built, is not. */
  at: z.string().min(1).optional(),
});
export type OutdatedQuery = z.input<typeof OutdatedQuery>;

/** An image that is outdated, or of which that cannot be told, with what to ask for to have it built again: `definition` and `options`. */
export const OutdatedImage = z.object({
  image_name: z.string(),
  /** Its newest version, which may be a withdrawn one where there is no other. */
  version: z.string(),
  /** What a build would make otherwise, or why there can be none, in sentences. */
  because: z.array(z.string()).min(1),
  /** Of the past: whether it was outdated is not known, and `because` says why. */
  cannot_be_told: z.literal(true).optional(),
  /** The event that made it outdated, where one did: the catalogue changes without. */
  caused_by: z.object({ event_id: z.string(), stream: z.string() }).optional(),
  /** Whether its definition can still be built. */
  can_be_built: z.boolean(),
  /** Whether it is built again by itself. */
  automatic: z.boolean(),
  /** Why it is not built by itself although its definition asks for it. */
  hindrance: z.string().optional(),
  definition: z.record(z.string(), z.unknown()),
  /** Of the definition as it is on record. */
  definition_digest: z.string(),
  /** As its version was built. */
  options: BuildOptions,
  /** Digests of what a build would be made from, one for each architecture; empty: there can be none. */
  input_digests: z.array(z.string()),
});
export type OutdatedImage = z.infer<typeof OutdatedImage>;
