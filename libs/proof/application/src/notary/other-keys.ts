import { Fault } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { checkpointKeyIds } from '../proof-objects.js';
import { keyIdText, type Proving, requireSigner } from '../signing.js';

/** Reports that all checkpoints are of keys that are not on record: the events are those of another history, or older ones. */
export const reportOtherKeys = async (deps: ProofDeps, proving: Proving): Promise<void> => {
  const ours = keyIdText(requireSigner(deps), proving);
  const others = await checkpointKeyIds(deps.objects);
  others.delete(ours);
  if (others.size === 0) return;
  deps.report(
    new Fault(
      'NOT_SIGNED',
      `the history was signed with other keys before (${[...others].join(', ')}), none of them is on record, and nothing was signed with the key in use (${ours}): what they signed is not compared with the events. If nobody began a new history on purpose, put events and key back from their backup and start again`,
    ),
  );
};
