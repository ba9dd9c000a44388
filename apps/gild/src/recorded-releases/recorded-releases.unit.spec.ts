import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventTypes } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { documentsOf } from './documents-of.spec.js';
import type { RecordedLine } from './farm-story.spec.js';
import { storyLines } from './story.spec.js';

const folder = join(import.meta.dirname, '../../../../test/recorded');
const releases = readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const newest = releases.at(-1) ?? '';

const textOf = (release: string, file: string): string => readFileSync(join(folder, release, file), 'utf8');
const linesOf = (release: string): RecordedLine[] =>
  textOf(release, 'events.ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedLine);

describe('row 26: what a release recorded', () => {
  it.each(releases)('%s is served by this one as it always was', async (release) => {
    const documents = JSON.parse(canonicalJson(await documentsOf(linesOf(release)))) as { views: object[] };
    expect(documents).toStrictEqual(JSON.parse(textOf(release, 'documents.json')));
    expect(documents.views.filter((view) => !('opaque' in view && view.opaque === 0))).toStrictEqual([]);
  });

  it('has an example of every type of event in the newest recording', () => {
    const recorded = new Set(linesOf(newest).map(({ type }) => type));
    expect(eventTypes.filter((type) => !recorded.has(type))).toStrictEqual([]);
  });

  it('is in the newest recording as this release would record it', async () => {
    const now = (await storyLines()).map((line) => canonicalJson(line));
    expect(now).toStrictEqual(linesOf(newest).map((line) => canonicalJson(line)));
  });
});
