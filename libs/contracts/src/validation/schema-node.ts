import { z } from 'zod';
import type { FieldPath } from './violation.js';

/** The part of a JSON Schema that tells what a field may be. */
export type SchemaNode = {
  type?: string;
  const?: string | number | boolean;
  enum?: readonly (string | number)[];
  errorMessage?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
  pattern?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  propertyNames?: SchemaNode;
  additionalProperties?: SchemaNode | boolean;
  anyOf?: readonly SchemaNode[];
  oneOf?: readonly SchemaNode[];
};

const described = new WeakMap<z.ZodType, SchemaNode>();

/** The JSON Schema of what may be written in a document of this schema. Computed once per schema. */
export const schemaNode = (schema: z.ZodType): SchemaNode => {
  const known = described.get(schema);
  if (known !== undefined) return known;
  const node = z.toJSONSchema(schema, { io: 'input' }) as SchemaNode;
  described.set(schema, node);
  return node;
};

/** The node and, where it is a choice, what may be chosen. */
export const choices = (node: SchemaNode): readonly SchemaNode[] => [
  node,
  ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(choices),
];

const below = (node: SchemaNode, part: string | number): SchemaNode | undefined => {
  if (typeof part === 'number') return node.items;
  const others = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  return node.properties !== undefined && Object.hasOwn(node.properties, part)
    ? node.properties[part]
    : others;
};

/** Every node a field may have: several when a mapping above it is a choice, none when there is no such field. */
export const nodesAt = (root: SchemaNode, path: FieldPath): readonly SchemaNode[] =>
  path.reduce<readonly SchemaNode[]>(
    (nodes, part) => nodes.flatMap(choices).flatMap((node) => below(node, part) ?? []),
    [root],
  );
