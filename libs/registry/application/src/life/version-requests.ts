import {
  DeprecateVersion,
  RevokeVersion,
  WithdrawDeprecation,
  type GoldenImageVersion,
} from '@gild/contracts';
import { parseRequest } from '../requests.js';
import { decideAbout, documentOf, type LifeDeps } from './decide-life-of.js';
import { deleteVersion } from './delete-version.js';
import { descendantDocuments, type DescendantDocument } from './descendants.js';
import { inheritRevocations } from './inheriting-revocation.js';

/** A version after it was revoked, with what is built on it, nearest first. */
export type RevokedVersion = { version: GoldenImageVersion; descendants: DescendantDocument[] };

/** Decisions of people about finished versions. Each may be repeated with the same `requestId`. */
export type VersionRequests = {
  /** `DeprecateVersion` */
  deprecate(request: unknown): Promise<GoldenImageVersion>;
  /** `WithdrawDeprecation` */
  withdrawDeprecation(request: unknown): Promise<GoldenImageVersion>;
  /** `RevokeVersion` */
  revoke(request: unknown): Promise<RevokedVersion>;
  /** `DeleteVersion` */
  deleteVersion(request: unknown): Promise<GoldenImageVersion>;
};

export const versionRequests = (given: LifeDeps): VersionRequests => ({
  deprecate: async (request) => {
    const asked = parseRequest(DeprecateVersion, request);
    const { replacement, reason } = asked;
    const version = await decideAbout(
      asked,
      (about) => ({ type: 'DeprecateVersion', data: { ...about, replacement, reason } }),
      given,
    );
    return documentOf(asked.image, version, given);
  },
  withdrawDeprecation: async (request) => {
    const asked = parseRequest(WithdrawDeprecation, request);
    const { reason } = asked;
    const version = await decideAbout(
      asked,
      (about) => ({ type: 'WithdrawDeprecation', data: { ...about, reason } }),
      given,
    );
    return documentOf(asked.image, version, given);
  },
  revoke: (request) => revoke(request, given),
  deleteVersion: (request) => deleteVersion(request, given),
});

const revoke = async (request: unknown, given: LifeDeps): Promise<RevokedVersion> => {
  const asked = parseRequest(RevokeVersion, request);
  const { reason, descendants, rollBack } = asked;
  const version = await decideAbout(
    asked,
    (about) => ({ type: 'RevokeVersion', data: { ...about, reason, descendants, rollBack } }),
    given,
  );
  const images = () => given.views.images();
  // A registry that dies before it is through leaves the rest to the process that does the same.
  await inheritRevocations(given.deps, images);
  return {
    version: await documentOf(asked.image, version, given),
    descendants: descendantDocuments(await images(), { imageName: asked.image, version }),
  };
};
