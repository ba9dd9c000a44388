import {
  Actor,
  ArchName,
  BuildOptions,
  PrepareBuild,
  PreviewBuild,
  SbomFormat,
  VmHost,
} from '@gild/contracts';
import { Fault } from '@gild/ports';
import { z } from 'zod';

const at = { at: z.string().min(1).optional() };

const options = { options: BuildOptions.prefault({}) };

export const PrepareBuildRequest = PrepareBuild.extend(options);
export const PreviewBuildRequest = PreviewBuild.extend(options);

/** What is asked of the past; without `at`, of the present. */
export const AtQuery = z.strictObject(at);
export const VersionsQuery = z.strictObject({
  image: z.string(),
  deleted: z.boolean().default(false),
  ...at,
});
export const ChannelsQuery = z.strictObject({ image: z.string(), ...at });
/** `version`: a number, `latest` for the highest finished one, or a channel after a colon. */
export const DescendantsQuery = z.strictObject({ image: z.string(), version: z.string(), ...at });
export const VersionQuery = DescendantsQuery.extend({ usable: z.boolean().default(false) });

/** `arch` has to be named where a version has images for several. */
const ofArch = { arch: ArchName.optional() };
const Side = z.strictObject({ image: z.string(), version: z.string() });
export const SbomQuery = Side.extend({ ...ofArch, format: SbomFormat.default('spdx'), ...at });
export const DiffQuery = z.strictObject({ a: Side, b: Side, ...ofArch, ...at });
/** `after`: the page of an actor's history behind that position. */
export const HistoryQuery = z
  .strictObject({
    subject: z.string().min(1),
    causes: z.boolean().default(false),
    after: z.string().min(1).optional(),
    ...at,
  })
  .refine(({ subject, after }) => after === undefined || subject.startsWith('actor:'), {
    path: ['after'],
    error: 'only what an actor did is told in pages',
  });
/**
 * Machines in a list. `version`: of the image, named as in `VersionQuery`. `standing`: one of these or more; `outdated`: there is a newer
 * published version.
 */
export const VmsQuery = z
  .strictObject({
    image: z.string().optional(),
    version: z.string().optional(),
    host: z.string().optional(),
    state: z.enum(['running', 'stopped']).optional(),
    standing: z
      .array(z.enum(['deprecated', 'revoked', 'deleted', 'outdated']))
      .min(1)
      .optional(),
    ...at,
  })
  .refine(({ image, version }) => version === undefined || image !== undefined, {
    path: ['version'],
    error: 'a version is one of an image: name the image too',
  });
export type VmsQuery = z.infer<typeof VmsQuery>;
export const VmQuery = z.strictObject({ vmId: z.string(), ...at });
export const HostCacheQuery = z.strictObject({ host: VmHost, ...at });
/** Of a version as it is stored now. */
export const VersionNowQuery = z.strictObject({ image: z.string(), version: z.string() });
/** Of what is only as it is now. */
export const NowQuery = z.strictObject({});
export const TaskservQuery = z.strictObject({ name: z.string().min(1) });
export const SetPolicyRequest = z.strictObject({ policy: z.unknown(), actor: Actor });

/** The request as its schema knows it. Fault: INVALID_REQUEST. */
export const parseRequest = <T>(schema: z.ZodType<T>, request: unknown): T => {
  const parsed = schema.safeParse(request ?? {});
  if (parsed.success) return parsed.data;
  throw new Fault('INVALID_REQUEST', `the request is malformed: ${z.prettifyError(parsed.error)}`, {
    details: { issues: parsed.error.issues.map(({ path, message }) => ({ path, message })) },
  });
};
export const ChangePolicyRequest = z.strictObject({
  changes: z.record(z.string(), z.unknown()),
  actor: Actor,
});

/** An id stands for one request for ever. */
export const requestIdTaken = (): Fault =>
  new Fault(
    'INVALID_REQUEST',
    'the request id (Idempotency-Key) was used for another request before: expected a new one',
  );
