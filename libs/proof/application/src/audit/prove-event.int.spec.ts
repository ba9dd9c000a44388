import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streams } from '@gild/contracts';
import { randomIds, sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { judgeProof, keptHeadProblem } from '@gild/proof-domain';
import { HistoryUnderTest } from '../history-under-test.spec.js';

const crypto = { sha256: sha256OfBytes, verify: verifyEd25519 };
const METADATA = {
  ...{ time: '2026-01-02T03:04:05.678Z', actor: 'registry', correlationId: 'a', causationId: 'b', schema: 1 },
};

describe('a proof', () => {
  let history: HistoryUnderTest;
  beforeEach(() => {
    history = new HistoryUnderTest();
  });
  afterEach(() => history.destroy());

  const publish = (version: string) =>
    history.store.append(streams.version('web', version), 'none', [
      { id: randomIds.uuid(), type: 'VersionPublished', data: { version }, metadata: METADATA },
    ]);
  const keys = () => [history.signer];

  it.each([1, 254, 255, 256, 700])(
    'shows without the farm that a version was published, as event %i',
    async (before) => {
      await history.sign();
      if (before > 1) await history.recordAtOnce(before - 1);
      await publish('1.0.0');
      await history.recordAtOnce(300, 'later');
      await history.sign();
      const proof = await history.audit.proof({ image: 'web', version: '1.0.0' });
      expect(proof.index).toBe(before);
      expect(judgeProof(proof, keys(), crypto)).toStrictEqual({ proven: true, size: before + 301 });
      const changed = { ...proof, event: { ...proof.event, data: { version: '1.0.1' } } };
      expect(judgeProof(changed, keys(), crypto)).toMatchObject({ proven: false });
    },
  );

  it('is refused for what is not signed yet, was never published, or lost what proves it', async () => {
    await history.sign();
    await publish('1.0.0');
    const ask = (version: string) => history.audit.proof({ image: 'web', version });
    await expect(ask('1.0.0')).rejects.toMatchObject({ code: 'NOT_SIGNED' });
    await expect(ask('2.0.0')).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
    await history.recordAtOnce(600);
    await history.sign();
    await writeFile(join(history.folder, 'objects/objects/proof/tile/0/001'), Buffer.alloc(8192));
    const proof = await ask('1.0.0');
    expect(judgeProof(proof, keys(), crypto)).toMatchObject({ proven: true });
    await writeFile(join(history.folder, 'objects/objects/proof/tile/0/000'), Buffer.alloc(8192));
    await expect(ask('1.0.0')).rejects.toMatchObject({ code: 'NOT_SIGNED' });
  });

  it.each([1, 255, 256, 257, 513])(
    'that a history of %i events grew into the one there is convinces whoever kept its checkpoint',
    async (size) => {
      if (size === 1) await history.sign();
      else await history.recordAtOnce(size - 1);
      await history.sign();
      const { checkpoint: earlier } = await history.audit.checkpoint();
      await history.recordAtOnce(700, 'later');
      await history.sign();
      const { kept, checkpoint: later } = await history.audit.verify({ checkpoint: earlier });
      const consistency = kept?.consistency ?? [];
      expect(kept).toMatchObject({ size, verdict: 'same' });
      expect(keptHeadProblem({ earlier, later, consistency }, keys(), crypto)).toBeUndefined();
      expect(keptHeadProblem({ earlier, later, consistency: consistency.slice(1) }, keys(), crypto)).toBe(
        'the newest checkpoint is not shown to continue the kept one',
      );
      expect(keptHeadProblem({ earlier, later, consistency }, [], crypto)).toBe(
        'the kept checkpoint has no good signature of the given key',
      );
    },
  );
});
