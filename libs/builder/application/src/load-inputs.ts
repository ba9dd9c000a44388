import { BuildInputs, GoldenImageConfig, objectKeys, unsupportedViolations } from '@gild/contracts';
import { Fault, type AgentObjects, type Sha256 } from '@gild/ports';

/** Build inputs with their definition parsed. */
export type LoadedInputs = BuildInputs & { definition: GoldenImageConfig };

/**
 * The inputs object of a build, checked against its own name. Faults: INPUTS_DAMAGED; UNSUPPORTED, naming everything
 * this builder cannot do.
 */
export const loadInputs = async (
  digest: string,
  { objects, sha256 }: { objects: AgentObjects; sha256: Sha256 },
): Promise<LoadedInputs> => {
  const key = objectKeys.inputs(digest);
  const head = await objects.head(key);
  if (head === undefined)
    throw new Fault('INPUTS_MISSING', `the build inputs ${key} are not in the object store`);
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of objects.readRange(key, 0, head.sizeBytes))
    text += decoder.decode(chunk, { stream: true });
  if (sha256(text) !== digest)
    throw new Fault('INPUTS_DAMAGED', `the object ${key} is not what its name says`);
  const inputs = BuildInputs.parse(JSON.parse(text));
  const definition = GoldenImageConfig.parse(inputs.definition);
  const problems = unsupportedViolations(definition);
  if (problems.length === 0) return { ...inputs, definition };
  throw new Fault(
    'UNSUPPORTED',
    `this builder cannot do what the definition asks for: ${problems.map(({ message }) => message).join('; ')}`,
  );
};
