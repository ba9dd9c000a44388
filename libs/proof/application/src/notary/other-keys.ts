import { Fault } from '@gild/ports';
import type { ProofDeps } from '../proof-deps.js';
import { checkpointKeyIds } from '../proof-objects.js';
import { keyIdText, type Proving, requireSigner } from '../signing.js';

/** Reports that all checkpoints are of other keys: the one they were signed with was lost, or replaced without a word. */
export const reportOtherKeys = async (deps: ProofDeps, proving: Proving): Promise<void> => {
  const ours = keyIdText(requireSigner(deps), proving);
  const others = await checkpointKeyIds(deps.objects);
  others.delete(ours);
  if (others.size === 0) return;
  deps.report(
    new Fault(
      'NOT_SIGNED',
      `the history was signed with other keys before (${[...others].join(', ')}), and nothing of it with the key in use (${ours}): what they signed is not compared with the events. If nobody replaced the key on purpose, put the old one back from its backup and start again; gild history keys says since when each was used`,
    ),
  );
};
