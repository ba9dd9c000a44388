import { VersionEvent } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import type { JobsState, Verdict } from './jobs-state.js';

const parseVersion = eventParser(VersionEvent);

export const applyVersionEvent = (state: JobsState, recorded: RecordedEvent): void => {
  const event = parseVersion(recorded);
  const entry = event && state.jobs.get(event.data.jobId);
  if (event === undefined || entry === undefined) return;
  const verdict = verdictOf(event, recorded.id);
  state.jobs.set(event.data.jobId, { ...entry, verdict });
};

const verdictOf = ({ type, data }: VersionEvent, eventId: string): Verdict => {
  const { attempt } = data;
  switch (type) {
    case 'VersionPublished':
      return { kind: 'published', attempt, eventId, version: data.version };
    case 'ArtifactRefused': {
      const { class: failureClass = 'infrastructure', code = 'ARTIFACT_REFUSED', message } = data;
      return { kind: 'refused', attempt, eventId, failure: { class: failureClass, code, message } };
    }
  }
};
