import type { Distribution, InstalledPackage } from '@gild/contracts';

/** What a bill of materials is written of: one image file of a version, and what the file's own package database lists. */
export type SbomSubject = {
  imageName: string;
  version: string;
  arch: string;
  /** When the version was published, ISO 8601. */
  createdAt: string;
  file: { path: string; sha256: string };
  distribution: Distribution;
  release: string;
  /** What was really installed, by taskserv. */
  taskservs: Readonly<Record<string, string>>;
  packages: readonly InstalledPackage[];
  /** Where the list of packages lies, by its digest. */
  packagesSha256: string;
};

/** SHA-256 of a text, in hexadecimal. */
export type Digest = (text: string) => string;

/** The second it was made in, as both formats write it. */
export const createdText = ({ createdAt }: SbomSubject): string => createdAt.replace(/\.\d+Z$/, 'Z');

/**
 * The name of a document, as a UUID of version 8 (RFC 9562 §5.8): the same for the same version, file and list of packages, whenever
 * and wherever it is written.
 */
export const documentUuid = (format: string, subject: SbomSubject, digest: Digest): string => {
  const { imageName, version, file, packagesSha256 } = subject;
  const hex = digest([format, imageName, version, file.sha256, packagesSha256].join('\n'));
  const variant = ((parseInt(hex.charAt(16), 16) & 0b0011) | 0b1000).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
};
