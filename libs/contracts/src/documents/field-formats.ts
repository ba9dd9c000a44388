import semver from 'semver';
import { z } from 'zod';

/** `errorMessage` is the sentence editors and violations show instead of the rule itself. */
const text = (pattern: RegExp, expected: string) =>
  z
    .string()
    .regex(pattern)
    .meta({ errorMessage: `expected ${expected}` });

/** Identity of an image: safe as a file name, in a URL path and in a stream name. */
export const ImageName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
  .meta({
    errorMessage: 'expected 1 to 255 letters, digits, dots, underscores or dashes, a letter or digit first',
  });

/** Name of a taskserv: also the name of its folder in a catalogue. */
export const TaskservName = text(
  /^[a-z0-9][a-z0-9-]{0,62}$/,
  'the name of a taskserv (at most 63 lower-case letters, digits or dashes, a letter or digit first)',
);

/** A package version, or the leading part of one, as a package manager writes it. */
export const PackageVersion = text(
  /^[A-Za-z0-9][A-Za-z0-9.+:~^_*-]{0,127}$/,
  'a package version such as "1.24.0-1"',
);

/** A SHA-256 digest in lower-case hexadecimal: digests are identities and have one spelling. */
export const Sha256Hex = text(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits');

export const Ulid = text(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'a ULID (26 characters)');

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-((0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** A version of an image, as semver.org defines it. */
export const ImageVersion = text(SEMVER, 'a semantic version such as "1.4.0"').max(128);

/** Name of a channel; `latest` is none, because it is the newest version whatever anybody decides. */
export const ChannelName = text(
  /^(?!latest$)[a-z0-9][a-z0-9._-]{0,62}$/,
  'the name of a channel (at most 63 lower-case letters, digits, dots, underscores or dashes, a letter or digit first, and not "latest")',
);

/** A range of image versions in npm's notation. */
export const VersionRange = z
  .string()
  .min(1)
  .max(128)
  .refine((range) => semver.validRange(range) !== null)
  .meta({ errorMessage: 'expected a semver range such as "^1.2.0", ">=1 <3" or "1.4.0"' });

/** A moment as ISO 8601 with its offset. */
export const Timestamp = z.iso
  .datetime({ offset: true })
  .meta({ errorMessage: 'expected a time such as "2026-03-01T12:00:00Z"' });

export const IpAddress = z
  .union([z.ipv4(), z.ipv6()])
  .meta({ errorMessage: 'expected an IPv4 or IPv6 address such as "192.0.2.53" or "2001:db8::53"' });

/** Key of a label. */
export const LabelKey = text(
  /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/,
  'a label key (at most 63 letters, digits, dots, underscores, slashes or dashes, a letter or digit first)',
);
