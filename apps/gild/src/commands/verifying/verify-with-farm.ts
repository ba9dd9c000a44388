import type { GoldenImageVersion } from '@gild/contracts';
import type { HttpClient } from '../../client/http-client.js';
import { apiPath, get, LONG_WORK } from '../context.js';
import { parseImageReference } from '../image-reference.js';
import { openedByFarm, provenanceIfSigned } from '../provenance/known-provenance.js';
import type { ProvenanceFacts } from '../provenance/provenance-text.js';
import { checksumOf, judgeBytes, originText, type Verification } from './verification.js';

type Verified = {
  image_name: string;
  version: string;
  verified: boolean;
  objects: { arch?: string; checksum: string }[];
};
type Disk = { image: string; version: string; arch: string; checksum: string };

/** The farm reads every stored byte of a version; its provenance is checked here. */
export const verifyVersion = async (subject: string, client: HttpClient): Promise<Verification> => {
  const { image, version } = parseImageReference(subject);
  const found = (await get(
    client,
    apiPath(['images', image, 'versions', version, 'verification']),
    LONG_WORK.reading,
  )) as Verified;
  const checksum = found.objects[0]?.checksum ?? '';
  const named = { image: found.image_name, version: found.version };
  const disks = found.objects.flatMap(({ arch, checksum: sum }) =>
    arch === undefined ? [] : { ...named, arch, checksum: sum },
  );
  const digests =
    disks.length === 0
      ? `sha256 ${checksum}`
      : disks.map((it) => `${it.arch} sha256 ${it.checksum}`).join(', ');
  const message = `${found.image_name}@${found.version}: every stored byte is as published, ${digests}`;
  return withProvenance({ subject, verified: found.verified, checksum, message }, disks, client);
};

/** Which published version the bytes of a file are. */
export const verifyFile = async (
  path: string,
  client: HttpClient,
  signal: AbortSignal,
): Promise<Verification> => {
  const checksum = await checksumOf(path, signal);
  const { versions } = (await get(client, apiPath(['registry']))) as { versions: GoldenImageVersion[] };
  const match = versions.find((version) => diskOf(version, checksum) !== undefined);
  if (match === undefined) {
    const message = `${path}: no published version has sha256 ${checksum}`;
    return { subject: path, verified: false, checksum, message };
  }
  const arch = diskOf(match, checksum)?.arch ?? match.arch;
  const forArch = match.artifacts.length === 1 ? '' : ` for ${arch}`;
  const message = `${path} is ${match.image_name}@${match.version}${forArch}, every byte as published`;
  const disk = { image: match.image_name, version: match.version, arch, checksum };
  return withProvenance({ subject: path, verified: true, checksum, message }, [disk], client);
};

const diskOf = ({ artifacts }: GoldenImageVersion, checksum: string) =>
  artifacts.find((artifact) => artifact.checksum === checksum);

/** With what the signed provenance of the disks says; nothing is said of those that have none yet. */
const withProvenance = async (
  verification: Verification,
  disks: readonly Disk[],
  client: HttpClient,
): Promise<Verification> => {
  const provenance: ProvenanceFacts[] = [];
  for (const disk of disks) {
    const envelope = await provenanceIfSigned(disk, client);
    if (envelope === undefined) continue;
    const judged = judgeBytes(disk.checksum, await openedByFarm(envelope, client));
    if (!judged.ok) {
      const message = `${disk.image}@${disk.version} for ${disk.arch}: its provenance is not verified: ${judged.reason}`;
      return { ...verification, verified: false, message };
    }
    provenance.push(judged.facts);
  }
  if (provenance.length === 0) return verification;
  const message = [verification.message, ...provenance.map(originText)].join('; ');
  return { ...verification, message, provenance };
};
