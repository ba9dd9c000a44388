import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arch, AptRelease } from '@gild/contracts';
import { AptRepository } from './apt-repository.js';
import { debianPackage, type TestPackage } from './debian-package.js';
import { smallSystem } from './small-system.js';

/** What of an archive is not there from the start: `updates` and `security` hold newer packages. */
export type LaterPackages = Readonly<Record<'updates' | 'security', readonly TestPackage[]>>;

/** The names of everything a release's images are made of, without hardening, tools and headers. */
export const namesOfBase = ({ packages, arches }: AptRelease, arch: Arch): string[] => {
  const { kernel = '', bootLoaders = [] } = arches[arch] ?? {};
  return [...packages.base, ...packages.system, kernel, ...bootLoaders];
};

/** Mirrors of releases for a host that reaches none: a system that can install, and packages of the right names. */
export class ReleaseMirrors {
  private constructor(
    private readonly folder: string,
    private readonly arch: Arch,
  ) {}

  /** `more` are further packages that only say that they are there. */
  static async made(
    releases: readonly AptRelease[],
    arch: Arch,
    { more = [], later = { updates: [], security: [] } }: { more?: readonly string[]; later?: LaterPackages },
  ): Promise<ReleaseMirrors> {
    const mirrors = new ReleaseMirrors(await mkdtemp(join(tmpdir(), 'gild-pools-')), arch);
    const system = await smallSystem();
    const names = new Set([...releases.flatMap((release) => namesOfBase(release, arch)), ...more]);
    for (const { name } of system) names.delete(name);
    await mirrors.fill('first', [...system, ...[...names].map(standIn)]);
    await mirrors.fill('updates', later.updates);
    await mirrors.fill('security', later.security);
    return mirrors;
  }

  /** Not signed yet. What is archived has expired long ago. */
  mirrorOf({ suites, components, archived, arches }: AptRelease): Promise<AptRepository> {
    return AptRepository.made({
      suites: suites.map(({ suite }) => ({
        suite,
        components: Object.fromEntries(
          components.map((name) => [name, name === 'main' ? this.poolOf(suite) : undefined]),
        ),
      })),
      arch: arches[this.arch]?.packageArch ?? '',
      ...(archived && { validUntil: 'Sat, 01 Jan 2022 00:00:00 UTC' }),
    });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private poolOf(suite: string): string {
    const [, kind = 'first'] = /-(updates|security)$/.exec(suite) ?? [];
    return join(this.folder, kind);
  }

  private async fill(pool: 'first' | keyof LaterPackages, packages: readonly TestPackage[]): Promise<void> {
    const arch = this.arch === 'x86_64' ? 'amd64' : 'arm64';
    const folder = join(this.folder, pool);
    await mkdir(folder);
    for (const one of packages) await debianPackage(one, arch, folder);
  }
}

/** A package that only says that it is there. */
export const standIn = (name: string): TestPackage => ({
  name,
  files: { [`usr/share/doc/${name}/copyright`]: `${name}, made for a test\n` },
});
