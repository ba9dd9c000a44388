import { z } from 'zod';
import type { LayerComponents } from './layer-key.js';

const names = z.array(z.string());
const pieces = z.array(z.object({ path: z.string().optional(), name: z.string().optional() }));

/** As much of it as the reason for a miss is made of. */
const Components = z.object({
  engine: z.number(),
  arch: z.string(),
  release: z.string(),
  parent: z.object({ step: z.string(), key: z.string() }).optional(),
  recipe: z.object({
    name: z.string(),
    kind: z.string(),
    upgrade: z.boolean(),
    packages: names,
    replaces: names.optional(),
    repositories: pieces,
    seeds: pieces,
    downloads: pieces,
    files: pieces,
    scripts: pieces,
    enable: names,
    disable: names,
  }),
  packages: z.array(z.object({ name: z.string(), version: z.string(), arch: z.string() })),
  tools: z.record(z.string(), z.string()),
});

/** Whether what a cache holds, maybe written by another release, has the shape that this one compares. */
export const isLayerComponents = (value: unknown): value is LayerComponents =>
  Components.safeParse(value).success;
