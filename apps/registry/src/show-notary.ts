import type { Notary } from '@gild/proof-application';
import type { Operations } from '@gild/service-edge';

/** Shows in the metrics how far the history is signed. */
export const showNotary = ({ collect, meter }: Operations, notary: Notary): void => {
  collect(() => {
    const { signed, refused } = notary.state();
    meter.show('gild_history_signed_events', [{ labels: {}, value: signed }]);
    meter.show('gild_history_refused', [{ labels: {}, value: refused === undefined ? 0 : 1 }]);
    return Promise.resolve();
  });
};
