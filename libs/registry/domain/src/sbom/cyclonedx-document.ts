import type { InstalledPackage } from '@gild/contracts';
import { imageUrl, packageType, packageUrl, sourceOf } from './package-url.js';
import { createdText, type Digest, documentUuid, type SbomSubject } from './sbom-subject.js';

/** A document of CycloneDX 1.6. */
export type CyclonedxDocument = ReturnType<typeof cyclonedxDocument>;

/** What the image file consists of as CycloneDX 1.6 (ECMA-424): the same for the same version, always. */
export const cyclonedxDocument = (subject: SbomSubject, digest: Digest) => {
  const image = imageComponent(subject);
  const contents = [
    systemComponent(subject),
    ...subject.packages.map((installed) => packageComponent(installed, subject)),
  ];
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${documentUuid('cyclonedx', subject, digest)}`,
    version: 1,
    metadata: {
      timestamp: createdText(subject),
      lifecycles: [{ phase: 'post-build' }],
      tools: { components: [{ type: 'application', name: 'gild' }] },
      component: image,
    },
    components: contents,
    dependencies: [{ ref: image['bom-ref'], dependsOn: contents.map((component) => component['bom-ref']) }],
  };
};

const imageComponent = (subject: SbomSubject) => ({
  type: 'file',
  'bom-ref': imageUrl(subject),
  name: subject.imageName,
  version: subject.version,
  hashes: [{ alg: 'SHA-256', content: subject.file.sha256 }],
  purl: imageUrl(subject),
  properties: [
    { name: 'gild:arch', value: subject.arch },
    { name: 'gild:path', value: subject.file.path },
    ...Object.entries(subject.taskservs).map(([name, value]) => ({ name: `gild:taskserv:${name}`, value })),
  ],
});

/** By it scanners know which distribution's advisories hold. */
const systemComponent = ({ distribution, release }: SbomSubject) => ({
  type: 'operating-system',
  'bom-ref': `os:${distribution}-${release}`,
  name: distribution,
  version: release,
});

const packageComponent = (installed: InstalledPackage, subject: SbomSubject) => {
  const { name, version, license } = installed;
  const purl = packageUrl(installed, subject);
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    // Whether it is an expression of SPDX depends on the distribution.
    ...(license !== undefined && { licenses: [{ license: { name: license } }] }),
    purl,
    properties: sourceProperties(installed, packageType(subject.distribution)),
  };
};

/** Under these names scanners look for the source package; of rpm they want version and release apart. */
const sourceProperties = (installed: InstalledPackage, type: 'deb' | 'rpm') => {
  const { name, version } = sourceOf(installed, type);
  const [, head = version, release] = (type === 'rpm' ? /^(.*)-([^-]*)$/.exec(version) : undefined) ?? [];
  return [
    { name: 'aquasecurity:trivy:SrcName', value: name },
    { name: 'aquasecurity:trivy:SrcVersion', value: head },
    ...(release === undefined ? [] : [{ name: 'aquasecurity:trivy:SrcRelease', value: release }]),
  ];
};
