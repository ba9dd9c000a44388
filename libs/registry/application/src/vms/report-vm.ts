import { publishedArtifacts, streams, VmEvent, type ReportVmStart, type ReportVmStop } from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
import { Fault } from '@gild/ports';
import { standingOf, vm, type LifeState, type VmCommand } from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';
import { findVersion, withdrawnText } from '../views/find-version.js';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';

const parse = eventParser(VmEvent);

/**
 * Records that a machine runs a version, which is answered, however the version stands: it is a fact. Faults, after which nothing
 * is recorded: IMAGE_NOT_FOUND, VERSION_NOT_FOUND; INVALID_REQUEST when the version has no image for the architecture.
 */
export const reportVmStart = async (
  { vmId, actor, image, version: reference, host, arch }: ReportVmStart,
  images: ImagesState,
  deps: RegistryDeps,
): Promise<PublishedVersion> => {
  const published = findVersion(images, image, reference);
  const builtFor = archOf(published, arch);
  const data = {
    ...{ vmId, imageName: image, version: published.version, host, by: actor },
    ...(builtFor !== undefined && { arch: builtFor }),
    ...(reference.startsWith(':') && { channel: reference.slice(1) }),
  };
  await decide({ type: 'ReportVmStart', data }, deps);
  return published;
};

/** Records that a machine stopped. Fault: VM_NOT_FOUND when it was never heard of. */
export const reportVmStop = ({ vmId, actor, reason }: ReportVmStop, deps: RegistryDeps): Promise<void> =>
  decide({ type: 'ReportVmStop', data: { vmId, by: actor, ...(reason !== undefined && { reason }) } }, deps);

export const unknownVm = (vmId: string): Fault =>
  new Fault('VM_NOT_FOUND', `no VM ${vmId} was ever reported; \`gild vm list --all\` names those that were`);

/** What to tell whoever started a machine from a version that is not for new ones; undefined when there is nothing to say. */
export const warningOf = (image: string, version: string, { fates }: LifeState): string | undefined => {
  const fate = fates.get(version);
  const standing = standingOf(fate);
  if (standing === 'published') return undefined;
  const replacement = fate?.deprecated?.replacement;
  const what = standing === 'deprecated' ? 'is deprecated' : withdrawnText(fate);
  const instead = replacement === undefined ? 'another version' : `${image}@${replacement}`;
  return `${image}@${version} ${what}; start VMs from ${instead}`;
};

/** The architecture that was told; where nobody told one, the only one there is. */
const archOf = (published: PublishedVersion, told: string | undefined): string | undefined => {
  const arches = publishedArtifacts(published).map(({ artifact }) => artifact.arch);
  if (told === undefined) return arches.length === 1 ? arches[0] : undefined;
  if (arches.includes(told)) return told;
  throw new Fault(
    'INVALID_REQUEST',
    `${published.imageName}@${published.version} has no image for ${told}, only for ${arches.join(' and ')}`,
  );
};

const decide = async (command: VmCommand, deps: RegistryDeps): Promise<void> => {
  const { vmId, by } = command.data;
  const commandId = deps.ids.uuid();
  const decision = await loadDecideAppend(deps, {
    ...{ decider: vm, parse, command },
    stream: streams.vm(vmId),
    context: {
      ...{ actor: by, now: deps.clock.now(), commandId },
      ...{ correlationId: commandId, causationId: commandId },
    },
  });
  if (!decision.ok) throw unknownVm(vmId);
};
