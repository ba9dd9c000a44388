import { unsupported, type GoldenImageConfig } from '@gild/contracts';
import { parseNetwork } from './network/parse-network.js';

/** What a definition asks for that this builder cannot do; a build refuses such a definition instead of ignoring it. */
export const cannotBuild = (definition: GoldenImageConfig, arch: string): readonly string[] => [
  ...unsupported(definition, arch),
  ...networkProblems(definition),
];

const networkProblems = ({ network_config: text }: GoldenImageConfig): readonly string[] => {
  const parsed = text === undefined ? undefined : parseNetwork(text);
  return parsed?.ok === false ? parsed.problems : [];
};
