import type { InstalledPackage } from '@gild/contracts';
import { imageUrl, packageType, packageUrl, sourceOf } from './package-url.js';
import { createdText, type Digest, documentUuid, type SbomSubject } from './sbom-subject.js';

const DOCUMENT = 'SPDXRef-DOCUMENT';
const IMAGE = 'SPDXRef-Image';
const SYSTEM = 'SPDXRef-OperatingSystem';

/** A document of SPDX 2.3. */
export type SpdxDocument = ReturnType<typeof spdxDocument>;

/** What the image file consists of as SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/): the same for the same version, always. */
export const spdxDocument = (subject: SbomSubject, digest: Digest) => {
  const packages = subject.packages.map((installed, index) => installedPackage(installed, index, subject));
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT,
    name: `${subject.imageName}@${subject.version} ${subject.arch}`,
    documentNamespace: `urn:uuid:${documentUuid('spdx', subject, digest)}`,
    creationInfo: { created: createdText(subject), creators: ['Tool: gild'] },
    packages: [imagePackage(subject), systemPackage(subject), ...packages],
    relationships: [
      relationship(DOCUMENT, 'DESCRIBES', IMAGE),
      ...[SYSTEM, ...packages.map(({ SPDXID }) => SPDXID)].map((id) => relationship(IMAGE, 'CONTAINS', id)),
    ],
  };
};

const relationship = (from: string, relationshipType: 'DESCRIBES' | 'CONTAINS', to: string) => ({
  spdxElementId: from,
  relationshipType,
  relatedSpdxElement: to,
});

/** Nothing is claimed that the image's own package database does not say. */
const UNSAID = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  supplier: 'NOASSERTION',
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
};

const urlReference = (referenceLocator: string) => ({
  externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator }],
});

const imagePackage = (subject: SbomSubject) => {
  const taskservs = Object.entries(subject.taskservs).map(([name, version]) => `${name} ${version}`);
  return {
    SPDXID: IMAGE,
    name: subject.imageName,
    versionInfo: subject.version,
    packageFileName: subject.file.path,
    checksums: [{ algorithm: 'SHA256', checksumValue: subject.file.sha256 }],
    primaryPackagePurpose: 'FILE',
    ...UNSAID,
    ...(taskservs.length > 0 && { comment: `taskservs: ${taskservs.join(', ')}` }),
    ...urlReference(imageUrl(subject)),
  };
};

/** By its identifier and purpose scanners know which distribution's advisories hold. */
const systemPackage = ({ distribution, release }: SbomSubject) => ({
  SPDXID: SYSTEM,
  name: distribution,
  versionInfo: release,
  primaryPackagePurpose: 'OPERATING-SYSTEM',
  ...UNSAID,
});

const installedPackage = (installed: InstalledPackage, index: number, subject: SbomSubject) => {
  const { name, version, license } = installed;
  const source = sourceOf(installed, packageType(subject.distribution));
  return {
    // An identifier may have letters, digits, dots and dashes only (§3.2), so names alone could meet.
    SPDXID: `SPDXRef-Package-${index + 1}-${name.replace(/[^A-Za-z0-9.-]/g, '-')}`,
    name,
    versionInfo: version,
    ...UNSAID,
    // In these words scanners look for it.
    sourceInfo: `built package from: ${source.name} ${source.version}`,
    // Whether it is an expression of SPDX depends on the distribution.
    ...(license !== undefined && { licenseComments: `the package says: ${license}` }),
    ...urlReference(packageUrl(installed, subject)),
  };
};
