import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '@gild/kernel';
import { passesFilter, type RecordedEvent } from '@gild/ports';
import type { JobsState } from './jobs-state.js';
import { jobsView } from './jobs-view.js';

const { filter, initial, apply, snapshot, keeping } = jobsView;
const story = join(import.meta.dirname, '../../../../../test/recorded/0.1/events.ndjson');
const events = readFileSync(story, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line, index) => ({ ...JSON.parse(line), position: String(index + 1) }) as RecordedEvent)
  .filter((event) => passesFilter(filter, event));

const textOf = (state: JobsState): string => canonicalJson(snapshot(state));
const foldInto = (state: JobsState, some: readonly RecordedEvent[]): JobsState => {
  for (const event of some) apply(state, event);
  return state;
};

it('keeps builds as they were after each event, whatever becomes of them and of what was made of them', () => {
  const state = initial();
  const restores = events.map((event) => {
    apply(state, event);
    return keeping?.keep(state) ?? initial;
  });
  const last = textOf(state);
  const upToNow = initial();
  for (const [index, restore] of restores.entries()) {
    const fresh = textOf(foldInto(upToNow, events.slice(index, index + 1)));
    const restored = restore();
    expect(textOf(restored)).toBe(fresh);
    foldInto(restored, events.slice(index + 1));
    expect(textOf(restored)).toBe(last);
    expect(textOf(restore())).toBe(fresh);
  }
});
