import { parse } from 'yaml';
import type { z } from 'zod';
import type { FieldPath } from '../validation/violation.js';
import { Network, type Renderer } from './network.js';
import { beyondNetworkManager, otherRenderers } from './network-manager.js';
import { inVersion2, Version1 } from './version-1.js';

/** A configuration an image can be given; `off`: no network at all. Otherwise where it says what cannot be written. */
export type ParsedNetwork =
  { ok: true; network: Network | 'off' } | { ok: false; problems: readonly FieldPath[] };

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const problemsOf = (error: z.ZodError): FieldPath[] =>
  error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  });

/**
 * Reads a cloud-init network configuration that has passed validation. What cannot be written into an image is refused
 * by its path, never left out. `renderer`: what the image has.
 */
export const parseNetwork = (text: string, renderer: Renderer = 'networkd'): ParsedNetwork => {
  const value: unknown = parse(text, { version: '1.1', maxAliasCount: 0 });
  const document = isMapping(value) && 'network' in value ? value['network'] : value;
  if (!isMapping(document)) return { ok: false, problems: [[]] };
  if (document['version'] !== 1) return inRenderer(document, renderer);
  if (document['config'] === 'disabled') return { ok: true, network: 'off' };
  const parsed = Version1.safeParse(document);
  return parsed.success
    ? inRenderer(inVersion2(parsed.data), renderer)
    : { ok: false, problems: problemsOf(parsed.error) };
};

const inRenderer = (document: unknown, renderer: Renderer): ParsedNetwork => {
  const parsed = Network.safeParse(document);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const problems = [
    ...otherRenderers(parsed.data, renderer),
    ...(renderer === 'NetworkManager' ? beyondNetworkManager(parsed.data) : []),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, network: parsed.data };
};
