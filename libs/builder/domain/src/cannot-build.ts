import { unsupported, type GoldenImageConfig } from '@gild/contracts';
import { parseNetwork } from './network/parse-network.js';

/** What a definition asks for that this builder cannot do; a build refuses such a definition instead of ignoring it. */
export const cannotBuild = (definition: GoldenImageConfig, arch: string): readonly string[] => [
  ...(arch === 'x86_64' ? [] : [`architecture ${arch} (this builder makes: x86_64)`]),
  ...unsupported(definition),
  ...networkProblems(definition),
];

const networkProblems = ({ network_config: text }: GoldenImageConfig): readonly string[] => {
  const parsed = text === undefined ? undefined : parseNetwork(text);
  return parsed?.ok === false ? parsed.problems : [];
};
