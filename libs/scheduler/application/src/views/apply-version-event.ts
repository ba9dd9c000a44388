import { publishedArtifacts, VersionEvent } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import type { JobsState, Verdict } from './jobs-state.js';

const parseVersion = eventParser(VersionEvent);

export const applyVersionEvent = (state: JobsState, recorded: RecordedEvent): void => {
  const event = parseVersion(recorded);
  for (const [jobId, verdict] of event === undefined ? [] : verdictsOf(event, recorded.id)) {
    const entry = state.jobs.get(jobId);
    if (entry !== undefined) state.jobs.set(jobId, { ...entry, verdict });
  }
};

/** One for each job whose artifact was judged. */
const verdictsOf = ({ type, data }: VersionEvent, eventId: string): [jobId: string, verdict: Verdict][] => {
  switch (type) {
    case 'ArtifactsAccepted':
      return [];
    case 'VersionPublished': {
      const { version } = data;
      return publishedArtifacts(data).map(({ jobId, attempt }) => [
        jobId,
        { kind: 'published', attempt, eventId, version },
      ]);
    }
    case 'ArtifactRefused': {
      const { class: failureClass = 'infrastructure', code = 'ARTIFACT_REFUSED', message, attempt } = data;
      const failure = { class: failureClass, code, message };
      return [[data.jobId, { kind: 'refused', attempt, eventId, failure }]];
    }
  }
};
