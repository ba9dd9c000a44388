// Writes the JSON Schemas of the documents and their reference page from the zod schemas: `node tools/generate-schemas.mjs`
// after `tsc -b`. The unit test of the generated files compares `generatedFiles()` with what is committed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  DEFAULT_OS_VERSION,
  GoldenImageBuildJob,
  GoldenImageCache,
  GoldenImageConfigDocument,
  GoldenImageRegistry,
  GoldenImageVersion,
  ImageBuildPolicyDocument,
  ImageBuildStepsDocument,
  ONLY_BUILDABLE,
  OS_RELEASES,
} from '@gild/contracts';
import { z } from 'zod';
import { documentReference } from './document-reference.mjs';

const DOCUMENTS = {
  'golden-image-config': GoldenImageConfigDocument,
  'golden-image-build-job': GoldenImageBuildJob,
  'golden-image-version': GoldenImageVersion,
  'golden-image-cache': GoldenImageCache,
  'image-build-steps': ImageBuildStepsDocument,
  'image-build-policy': ImageBuildPolicyDocument,
  'golden-image-registry': GoldenImageRegistry,
};

/** A bound nobody wrote: zod adds the range of exact integers to every whole number. */
const withoutImpliedBounds = ({ jsonSchema }) => {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
};

/** What may be written: in this direction fields with a default may be left out, and tolerant documents stay so. */
const jsonSchema = (name, schema) => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', override: withoutImpliedBounds });
  return { $schema, $id: `${name}.schema.json`, ...rest };
};

const reference = (schemas) =>
  documentReference(schemas, {
    releases: OS_RELEASES,
    defaults: DEFAULT_OS_VERSION,
    buildable: ONLY_BUILDABLE,
  });

/** Every generated file: path from the root of the repository, and its text. */
export const generatedFiles = () => {
  const schemas = Object.entries(DOCUMENTS).map(([name, schema]) => [name, jsonSchema(name, schema)]);
  return new Map([
    ...schemas.map(([name, schema]) => [
      `docs/generated/schemas/${name}.schema.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
    ['docs/generated/documents.md', reference(schemas.map(([, schema]) => schema))],
  ]);
};

const root = fileURLToPath(new URL('..', import.meta.url));

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [path, text] of generatedFiles()) {
    mkdirSync(dirname(`${root}${path}`), { recursive: true });
    writeFileSync(`${root}${path}`, text);
  }
}
