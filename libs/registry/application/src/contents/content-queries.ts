import type { SbomFormat, VersionDiff } from '@gild/contracts';
import { chosenArtifact, type MomentOf } from '@gild/application-core';
import {
  cyclonedxDocument,
  type CyclonedxDocument,
  spdxDocument,
  type SpdxDocument,
  versionDiff,
} from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';
import { DiffQuery, parseRequest, SbomQuery } from '../requests.js';
import { findVersion } from '../views/find-version.js';
import type { PublishedVersion } from '../views/images-view.js';
import type { RegistryViews } from '../views/registry-views.js';
import { artifactsOf, type ImageFile, nameOf, sbomSubject, versionContents } from './version-contents.js';

/** Questions about what is inside of versions. */
export type ContentQueries = {
  /** `{ image, version, arch?, format?, at? }`: the bill of materials of an image file, `spdx` (default) or `cyclonedx`. */
  sbom(query: unknown): Promise<SpdxDocument | CyclonedxDocument>;
  /** `{ a: { image, version }, b: { image, version }, arch?, at? }`: what became different from `a` to `b`. */
  diff(query: unknown): Promise<VersionDiff>;
};

type Given = { deps: RegistryDeps; views: RegistryViews; momentOf: MomentOf };

const DOCUMENTS = {
  spdx: spdxDocument,
  cyclonedx: cyclonedxDocument,
} as const satisfies Record<SbomFormat, unknown>;

export const contentQueries = ({ deps, views, momentOf }: Given): ContentQueries => ({
  sbom: async (query) => {
    const asked = parseRequest(SbomQuery, query);
    const published = findVersion(await views.images(await momentOf(asked)), asked.image, asked.version);
    const subject = await sbomSubject(imageFile(published, asked.arch), deps.objects);
    return DOCUMENTS[asked.format](subject, deps.sha256);
  },
  diff: async (query) => {
    const asked = parseRequest(DiffQuery, query);
    const images = await views.images(await momentOf(asked));
    const a = findVersion(images, asked.a.image, asked.a.version);
    const b = findVersion(images, asked.b.image, asked.b.version);
    const arch = asked.arch ?? onlyArch(a) ?? onlyArch(b);
    const from = await versionContents(imageFile(a, arch), deps.objects);
    const to = await versionContents(imageFile(b, arch), deps.objects);
    return versionDiff(from, to);
  },
});

/** What is compared where one of two versions has images for several architectures, and the other for one. */
const onlyArch = (published: PublishedVersion): string | undefined => {
  const [only, ...others] = artifactsOf(published);
  return others.length === 0 ? only?.arch : undefined;
};

const imageFile = (published: PublishedVersion, arch: string | undefined): ImageFile => ({
  published,
  artifact: chosenArtifact(nameOf(published), artifactsOf(published), arch),
});
