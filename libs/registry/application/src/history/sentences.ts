import { KnownEvent } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import { ofAgents } from './sentences/of-agents.js';
import { ofBuilds } from './sentences/of-builds.js';
import { ofTheFarm } from './sentences/of-the-farm.js';
import { ofVersions } from './sentences/of-versions.js';
import type { SentencesOf } from './sentences/words.js';

const parse = eventParser(KnownEvent);
const sentences: SentencesOf<KnownEvent> = { ...ofVersions, ...ofBuilds, ...ofAgents, ...ofTheFarm };

/** What an event says to a person, in one sentence. An event of a newer release is told by its name. */
export const sentenceOf = (recorded: RecordedEvent): string => {
  const event = parse(recorded);
  if (event === undefined) return `${recorded.type} (recorded by another release)`;
  const tell = sentences[event.type] as (facts: KnownEvent['data']) => string;
  return tell(event.data);
};
