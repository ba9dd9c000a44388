import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { View } from '@gild/application-core';
import { canonicalJson } from '@gild/kernel';
import { passesFilter, type RecordedEvent } from '@gild/ports';
import { hostCachesView } from './host-caches-view.js';
import { imagesView } from './images-view.js';
import { policyView } from './policy-view.js';
import { storageView } from './storage-view.js';
import { vmsView } from './vms-view.js';

const story = join(import.meta.dirname, '../../../../../test/recorded/0.1/events.ndjson');
const recorded = readFileSync(story, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line, index) => ({ ...JSON.parse(line), position: String(index + 1) }) as RecordedEvent);

const textOf = <S>({ snapshot }: View<S>, state: S): string => canonicalJson(snapshot(state));
const foldInto = <S>({ apply }: View<S>, state: S, events: readonly RecordedEvent[]): S => {
  for (const event of events) apply(state, event);
  return state;
};

it('keeps images as they were after each event, whatever becomes of them and of what was made of them', () => {
  const { filter, initial, apply, keeping } = imagesView;
  const events = recorded.filter((event) => passesFilter(filter, event));
  const state = initial();
  const restores = events.map((event) => {
    apply(state, event);
    return keeping?.keep(state) ?? initial;
  });
  const last = textOf(imagesView, state);
  const upToNow = initial();
  for (const [index, restore] of restores.entries()) {
    const fresh = textOf(imagesView, foldInto(imagesView, upToNow, events.slice(index, index + 1)));
    const restored = restore();
    expect(textOf(imagesView, restored)).toBe(fresh);
    foldInto(imagesView, restored, events.slice(index + 1));
    expect(textOf(imagesView, restored)).toBe(last);
    expect(textOf(imagesView, restore())).toBe(fresh);
  }
});

/** What a view makes of the story: of all events in its streams, and of those that it asks for alone. */
const bothWays = <S>(view: View<S>): { name: string; all: string; asked: string; nothing: string } => {
  const { types: _, ...streams } = view.filter;
  const made = (filter: View<S>['filter']) =>
    textOf(
      view,
      foldInto(
        view,
        view.initial(),
        recorded.filter((event) => passesFilter(filter, event)),
      ),
    );
  return { name: view.name, all: made(streams), asked: made(view.filter), nothing: made({ types: [] }) };
};

it.each([
  bothWays(imagesView),
  bothWays(policyView('local')),
  bothWays(vmsView),
  bothWays(hostCachesView),
  bothWays(storageView('local')),
])('asks for every type of event that changes $name', ({ all, asked, nothing }) => {
  expect(asked).toBe(all);
  expect(asked).not.toBe(nothing);
});
