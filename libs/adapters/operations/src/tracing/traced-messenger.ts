import type { Messenger } from '@gild/ports';
import { subjectKind } from '../metrics/subject-kind.js';
import { currentCall, withinCall } from '../call/call-context.js';
import type { Tracing } from './tracing.js';

/** Shows requests to other services in the trace of the call they belong to; what belongs to none is only sent. */
export const tracedMessenger = (messenger: Messenger, tracing: Tracing): Messenger => ({
  request: async (subject, payload, options) => {
    const call = currentCall();
    if (call === undefined) return messenger.request(subject, payload, options);
    const span = tracing.begin({ name: subjectKind(subject), kind: 'client', parent: call.trace });
    try {
      const sending = { ...call, trace: span.trace };
      const answer = await withinCall(sending, () => messenger.request(subject, payload, options));
      span.end();
      return answer;
    } catch (error) {
      span.end({ error });
      throw error;
    }
  },
  hint: (subject, payload) => messenger.hint(subject, payload),
  onHint: (subject, handler) => messenger.onHint(subject, handler),
});
