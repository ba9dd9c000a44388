import type { Distribution, InstalledPackage } from '@gild/contracts';
import type { SbomSubject } from './sbom-subject.js';

/** The type of a package URL and its namespace: the vendor. */
const VENDORS = {
  ubuntu: { type: 'deb', namespace: 'ubuntu' },
  debian: { type: 'deb', namespace: 'debian' },
  centos: { type: 'rpm', namespace: 'centos' },
  fedora: { type: 'rpm', namespace: 'fedora' },
  rhel: { type: 'rpm', namespace: 'redhat' },
} as const satisfies Record<Distribution, { type: 'deb' | 'rpm'; namespace: string }>;

export const packageType = (distribution: Distribution): 'deb' | 'rpm' => VENDORS[distribution].type;

/** As package URLs have it: everything is encoded but letters, digits, `.`, `-`, `_`, `~` and the colon. */
const encoded = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');

/** In the order of their keys, without the empty ones. */
const qualifiersText = (qualifiers: Record<string, string>): string =>
  Object.entries(qualifiers)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encoded(value)}`)
    .join('&');

const EPOCH = /^(\d+):(.*)$/s;

/** The source package something was built from. Source packages of rpm are named without an epoch. */
export const sourceOf = (
  { source, sourceVersion, version }: InstalledPackage,
  type: 'deb' | 'rpm',
): { name: string; version: string } => ({
  name: source,
  version: sourceVersion ?? (type === 'rpm' ? version.replace(EPOCH, '$2') : version),
});

/** Where it has another name or version than the package: how scanners of vulnerabilities expect it, and nothing where it has not. */
const upstreamOf = (installed: InstalledPackage, type: 'deb' | 'rpm'): string => {
  const { name, source, sourceVersion } = installed;
  if (source === '' || (source === name && sourceVersion === undefined)) return '';
  if (type === 'rpm') return `${source}-${sourceOf(installed, type).version}.src.rpm`;
  return sourceVersion === undefined ? source : `${source}@${sourceVersion}`;
};

/** `pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc`; rpm has the epoch among the qualifiers. */
export const packageUrl = (
  installed: InstalledPackage,
  { distribution, release }: Pick<SbomSubject, 'distribution' | 'release'>,
): string => {
  const { type, namespace } = VENDORS[distribution];
  const { name, version, arch } = installed;
  const [, epoch = '', rest = version] = (type === 'rpm' ? EPOCH.exec(version) : undefined) ?? [];
  const qualifiers = qualifiersText({
    ...{ arch, epoch, upstream: upstreamOf(installed, type) },
    distro: `${distribution}-${release}`,
  });
  const spelled = type === 'deb' ? name.toLowerCase() : name;
  return `pkg:${type}/${namespace}/${encoded(spelled)}@${encoded(rest)}?${qualifiers}`;
};

/** The image file itself, which is of no package system. */
export const imageUrl = ({ imageName, version, arch, file }: SbomSubject): string =>
  `pkg:generic/${encoded(imageName)}@${encoded(version)}?${qualifiersText({ arch, checksum: `sha256:${file.sha256}` })}`;
