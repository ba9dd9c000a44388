import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { formatViolations, parseDefinitionText } from '@gild/contracts';
import { Fault } from '@gild/ports';

/** The value in a definition file (YAML or JSON, `-` for stdin). Fault: INVALID_DOCUMENT, saying where and why. */
export const readDefinition = async (file: string, interrupted: AbortSignal): Promise<unknown> => {
  const parsed = parseDefinitionText(await readText(file, interrupted), file);
  if (parsed.ok) return parsed.value;
  throw new Fault('INVALID_DOCUMENT', formatViolations(parsed.violations), {
    details: { violations: parsed.violations },
  });
};

/** Standard input is read as a stream: a blocked read of the file behind it would hold up the end of the program. */
const readText = async (file: string, interrupted: AbortSignal): Promise<string> => {
  try {
    if (file === '-') return await text(addAbortSignal(interrupted, process.stdin));
    return await readFile(file, { encoding: 'utf8', signal: interrupted });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('INVALID_DOCUMENT', `cannot read ${file}: ${reason}`, { cause });
  }
};
