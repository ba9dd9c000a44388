// Records every type of event as this release decides it, for all later ones to be tested with: `npm run record`. What
// this release serves of each recording is written beside it; the events of an earlier release are never written again.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { canonicalJson } from '@gild/kernel';
import { documentsOf } from '../apps/gild/dist/recorded-releases/documents-of.spec.js';
import { storyLines } from '../apps/gild/dist/recorded-releases/story.spec.js';

const RECORDED = 'test/recorded';
const [major, minor] = JSON.parse(readFileSync('package.json', 'utf8')).version.split('.');
const current = `${RECORDED}/${major}.${minor}`;
mkdirSync(current, { recursive: true });
const story = await storyLines();
writeFileSync(`${current}/events.ndjson`, story.map((line) => `${canonicalJson(line)}\n`).join(''));

for (const release of readdirSync(RECORDED)) {
  const folder = `${RECORDED}/${release}`;
  const lines = readFileSync(`${folder}/events.ndjson`, 'utf8').trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line));
  const documents = JSON.parse(canonicalJson(await documentsOf(events)));
  writeFileSync(`${folder}/documents.json`, `${JSON.stringify(documents, null, 2)}\n`);
  console.log(`${folder}: ${events.length} events`);
}
