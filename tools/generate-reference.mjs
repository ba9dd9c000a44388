// Writes the reference pages of commands, error codes, events, metrics and subjects from the compiled code:
// `node tools/generate-reference.mjs` after `tsc -b`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT, exitCodeOf, gildProgram, ONLY_NOW } from '@gild/app-gild';
import { errorCodes, EVENT_FAMILIES, subjects } from '@gild/contracts';
import { statusOf } from '@gild/gateway-edge';
import { METRICS } from '@gild/operations';
import { z } from 'zod';
import { commandReference } from './command-reference.mjs';
import { errorReference, eventReference, subjectReference } from './edge-reference.mjs';
import { metricReference } from './metric-reference.mjs';

const schema = (union) => z.toJSONSchema(union, { io: 'input' });

/** Stream → the schema of all that its families have. */
const EVENTS = Object.fromEntries(
  Object.entries(Object.groupBy(EVENT_FAMILIES, ({ stream }) => stream)).map(([stream, families]) => [
    stream,
    schema(z.union(families.flatMap(({ events }) => events.options))),
  ]),
);

/** Commands are only described here, never run. */
const program = gildProgram({ env: {} }, '');

const PAGES = {
  'commands.md': commandReference(program, EXIT, ONLY_NOW),
  'errors.md': errorReference(errorCodes, { exitCodeOf, statusOf }),
  'events.md': eventReference(EVENTS),
  'metrics.md': metricReference(METRICS),
  'subjects.md': subjectReference(subjects),
};

const folder = fileURLToPath(new URL('../docs/generated/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(PAGES)) writeFileSync(`${folder}${name}`, text);
