import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { judgeFile } from '@gild/proof-domain';
import type { SignedStatement } from '../provenance/known-provenance.js';
import { factsOf, type ProvenanceFacts } from '../provenance/provenance-text.js';

/** What came out. `provenance`: of each image file that has a signed one. */
export type Verification = {
  subject: string;
  verified: boolean;
  checksum: string;
  message: string;
  provenance?: ProvenanceFacts[];
};

/** A folder may well have the name of an image. */
export const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

export const checksumOf = async (path: string, signal: AbortSignal): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
};

export type Judged = { ok: true; facts: ProvenanceFacts } | { ok: false; reason: string };

/** Whether the signed statement is about these bytes. */
export const judgeBytes = (checksum: string, opened: SignedStatement): Judged => {
  if (!opened.ok) return opened;
  const facts = factsOf(opened.statement, opened.signedWith);
  const [first] = facts;
  const about = facts.find((it) => it.checksum === checksum);
  const verdict = judgeFile(opened.statement, checksum);
  if (verdict.matches && about !== undefined) return { ok: true, facts: about };
  const expected = verdict.matches ? checksum : verdict.expected;
  const named = first === undefined ? '' : `, that of ${first.image_name}@${first.version} for ${first.arch}`;
  return { ok: false, reason: `expected sha256 ${expected}${named}, found ${checksum}` };
};

/** Who built it, when, and whose word that is. */
export const originText = (facts: ProvenanceFacts): string =>
  `built by ${facts.builder} (job ${facts.job_id}) from ${facts.started_at} to ${facts.finished_at}, signed with ${facts.signed_with}`;
