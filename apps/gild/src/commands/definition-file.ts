import { readFile } from 'node:fs/promises';
import { formatViolations, parseDefinitionText } from '@gild/contracts';
import { Fault } from '@gild/ports';

/** The value in a definition file (YAML or JSON, `-` for stdin). Fault: INVALID_DOCUMENT, saying where and why. */
export const readDefinition = async (file: string): Promise<unknown> => {
  const parsed = parseDefinitionText(await readText(file), file);
  if (parsed.ok) return parsed.value;
  throw new Fault('INVALID_DOCUMENT', formatViolations(parsed.violations), {
    details: { violations: parsed.violations },
  });
};

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('INVALID_DOCUMENT', `cannot read ${file}: ${reason}`, { cause });
  }
};
