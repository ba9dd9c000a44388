import { faultCode, type Clock, type Messenger } from '@gild/ports';
import type { Meter } from './meter.js';
import { subjectKind } from './subject-kind.js';

/** Measures requests from sending to the whole answer. Agents count as one. */
export const measuredMessenger = (messenger: Messenger, meter: Meter, clock: Clock): Messenger => ({
  request: async (subject, payload, options) => {
    const begun = clock.monotonicMs();
    const observe = (outcome: string) =>
      meter.observe(
        'gild_requests_sent_seconds',
        { subject: subjectKind(subject), outcome },
        (clock.monotonicMs() - begun) / 1000,
      );
    try {
      const answer = await messenger.request(subject, payload, options);
      observe('ok');
      return answer;
    } catch (error) {
      observe(faultCode(error) ?? 'INTERNAL');
      throw error;
    }
  },
  hint: (subject, payload) => messenger.hint(subject, payload),
  onHint: (subject, handler) => messenger.onHint(subject, handler),
});
