import { z } from 'zod';
import { PackageVersion } from '../documents/field-formats.js';
import { PackageName, PackageRequest, RepositoryWord, UnitName } from './host-words.js';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes');
const mode = z
  .string()
  .regex(/^0[0-7]{3,4}$/)
  .default('0644');
/** Handed to programs as an argument. */
const argument = z.string().regex(/^[^\0]*$/, 'no NUL character');
const path = argument.startsWith('/');
const file = z.strictObject({
  path,
  content: z.string(),
  mode,
  owner: argument.default('root'),
  group: argument.default('root'),
});
const script = z.strictObject({ name: z.string(), content: z.string(), network: z.boolean().default(false) });
/** Names of the files that say where the distribution itself comes from, in an image or for the tools that make it. */
const OWN_SOURCES = [
  ...['release', 'debian', 'ubuntu'],
  ...[
    'centos',
    'centos-addons',
    'fedora',
    'fedora-cisco-openh264',
    'fedora-updates',
    'fedora-updates-testing',
    'redhat',
  ],
];
/**
 * One address and nothing else: a package manager reads a list of them, with options in brackets, and other schemes
 * have programs of the host fetch, or read the host's files.
 */
const webAddress = z
  .string()
  .regex(/^https?:\/\/[^\s\p{Cc}[\]]+$/u, 'one http or https address without spaces and brackets')
  .pipe(z.url());
/** An emulated machine that starts many services may need minutes to answer; a check that passes costs none of it. */
const withinSeconds = z.int().min(1).max(600).default(300);

/** What must hold in the booted image: a unit is active, a TCP port answers, a command prints what is expected. */
export const TaskservCheck = z.union([
  z.strictObject({ name: z.string(), unit: z.string(), within_seconds: withinSeconds }),
  z.strictObject({ name: z.string(), port: z.int().min(1).max(65535), within_seconds: withinSeconds }),
  z.strictObject({
    name: z.string(),
    command: z.array(z.string()).min(1),
    expect: z.string().optional(),
    within_seconds: withinSeconds,
  }),
]);
export type TaskservCheck = z.infer<typeof TaskservCheck>;

const installation = {
  packages: z.array(PackageRequest).default([]),
  /** Packages of the system that go when these come, because both do the same. */
  replaces: z.array(PackageName).optional(),
  repositories: z
    .array(
      z.strictObject({
        name: name.refine((it) => !OWN_SOURCES.includes(it), {
          error: ({ input }) => `${String(input)} is what the distribution's own are called`,
        }),
        uri: webAddress,
        suite: RepositoryWord,
        components: z.array(RepositoryWord),
        /** Armoured OpenPGP key the repository is signed with. */
        key: z.string(),
      }),
    )
    .default([]),
  downloads: z
    .array(
      z.strictObject({
        url: webAddress,
        sha256: z.hash('sha256'),
        path,
        mode,
        /** For images of this architecture only. */
        arch: z.enum(['x86_64', 'aarch64']).optional(),
      }),
    )
    .default([]),
  /** Written before the packages are configured, so that their maintainer scripts see them. */
  seeds: z.array(file).default([]),
  files: z.array(file).default([]),
  scripts: z.array(script).default([]),
  enable: z.array(UnitName).default([]),
  disable: z.array(UnitName).default([]),
};

/** How a taskserv is installed on one distribution; `releases` narrows it, absent means every release. */
export const TaskservInstallation = z.strictObject({
  releases: z.array(z.string()).optional(),
  /** Where the package that carries the version has another name than elsewhere, such as postgresql-15. */
  version_package: PackageName.optional(),
  /** Instead of the taskserv's own, where units or programs have other names than elsewhere. */
  checks: z.array(TaskservCheck).min(1).optional(),
  ...installation,
});
export type TaskservInstallation = z.infer<typeof TaskservInstallation>;

const hasUserinfo = (address: string): boolean => {
  const url = URL.parse(address);
  return url !== null && (url.username !== '' || url.password !== '');
};

/** As people write it. What is stored was taken before, and is read whatever it says. */
const WrittenInstallation = TaskservInstallation.refine(
  ({ repositories, downloads }) =>
    ![...repositories.map(({ uri }) => uri), ...downloads.map(({ url }) => url)].some(hasUserinfo),
  'expected addresses without user names and passwords, which would stand in images, events and logs',
);

/**
 * `taskserv.yaml`: a service that can be installed into images. `requires` are installed before it and pulled in;
 * `after` only orders; `conflicts` may not be in the same image. `version_package` is the package whose version is the
 * taskserv's version, and the one a version pin applies to; a taskserv that is downloaded says its one `version` instead.
 */
export const Taskserv = z
  .strictObject({
    name,
    description: z.string(),
    version_package: PackageName.optional(),
    version: PackageVersion.optional(),
    requires: z.array(name).default([]),
    after: z.array(name).default([]),
    conflicts: z.array(name).default([]),
    distributions: z.partialRecord(
      z.enum(['debian', 'ubuntu', 'centos', 'fedora', 'rhel']),
      z.array(WrittenInstallation),
    ),
    checks: z.array(TaskservCheck).min(1),
  })
  .refine((it) => (it.version_package === undefined) !== (it.version === undefined), {
    error: 'expected version_package or version: where the version comes from, or which one it is',
    path: ['version_package'],
  });
export type Taskserv = z.infer<typeof Taskserv>;
