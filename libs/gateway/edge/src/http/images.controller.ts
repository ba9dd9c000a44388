import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { chosenArtifact } from '@gild/application-core';
import { ArchName, ImageArtifact, SbomFormat, subjects } from '@gild/contracts';
import type { Messenger, ObjectStore } from '@gild/ports';
import type { Response } from 'express';
import { z } from 'zod';
import { MESSENGER, OBJECT_STORE } from '../tokens.js';
import { parsePayload as parse } from '@gild/service-edge';
import { At, Now } from './at-query.js';
import { sendArtifact } from './send-artifact.js';
import { requireStored } from './stored-artifact.js';

const Named = z.object({ image_name: z.string(), version: z.string() });
const Located = Named.extend({ artifacts: z.array(ImageArtifact).min(1) });
const Listed = At.extend({ deleted: z.enum(['true', 'false']).optional() });
const Version = At.extend({ usable: z.enum(['true', 'false']).optional() });
const Outdated = At.extend({ image: z.string().min(1).optional() });
const OUTDATED_TIMEOUT_MS = 60_000;
const OfArch = At.extend({ arch: ArchName.optional() });
const Sbom = At.extend({ arch: ArchName.optional(), format: SbomFormat.default('spdx') });
const Diff = At.extend({
  arch: ArchName.optional(),
  to: z.string().default('latest'),
  to_image: z.string().optional(),
});

type NamedVersion = { image: string; version: string; at?: string | undefined };

/** As registered with IANA. */
const MEDIA_TYPES = {
  spdx: 'application/spdx+json',
  cyclonedx: 'application/vnd.cyclonedx+json; version=1.6',
} as const satisfies Record<SbomFormat, string>;

/** Images, their versions, and the bytes of a version. */
@Controller('v1')
export class ImagesController {
  constructor(
    @Inject(MESSENGER) private readonly messenger: Messenger,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  @Get('images')
  images(@Query() query: unknown) {
    return this.messenger.request(subjects.images, parse(At, query));
  }

  /** Images of which a build would make something else than their newest version is. */
  @Get('outdated')
  outdated(@Query() query: unknown) {
    const asked = parse(Outdated, query);
    return this.messenger.request(subjects.outdated, asked, { timeoutMs: OUTDATED_TIMEOUT_MS });
  }

  @Get('images/:image/versions')
  versions(@Param('image') image: string, @Query() query: unknown) {
    const { deleted, ...at } = parse(Listed, query);
    return this.messenger.request(subjects.versions, { image, deleted: deleted === 'true', ...at });
  }

  /** `usable`: a withdrawn one is refused. */
  @Get('images/:image/versions/:version')
  version(@Param('image') image: string, @Param('version') version: string, @Query() query: unknown) {
    const { usable, ...at } = parse(Version, query);
    const strictly = usable === 'true' ? { usable: true } : {};
    return this.messenger.request(subjects.version, { image, version, ...strictly, ...at });
  }

  /**
   * The disk for one architecture, which is named where the version has several; all of it, or a range. `at`: of the version that had
   * that name then. One that is withdrawn now is refused, however it stood.
   */
  @Get('images/:image/versions/:version/artifact')
  async artifact(
    @Param('image') image: string,
    @Param('version') version: string,
    @Res() response: Response,
  ) {
    const { arch, at } = parse(OfArch, response.req.query);
    const named = at === undefined ? { image, version } : await this.exact({ image, version, at });
    const found = parse(Located, await this.messenger.request(subjects.version, { ...named, usable: true }));
    const artifact = chosenArtifact(`${found.image_name}@${found.version}`, found.artifacts, arch);
    await requireStored(this.objects, artifact);
    await sendArtifact(this.objects, artifact, response);
  }

  /** The bill of materials of the image file for one architecture. */
  @Get('images/:image/versions/:version/sbom')
  async sbom(
    @Param('image') image: string,
    @Param('version') version: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    const asked = parse(Sbom, response.req.query);
    const document = await this.messenger.request(subjects.sbom, { image, version, ...asked });
    response.setHeader('content-type', MEDIA_TYPES[asked.format]);
    return document;
  }

  /** The signed provenance of the image file for one architecture: a DSSE envelope. */
  @Get('images/:image/versions/:version/provenance')
  async provenance(
    @Param('image') image: string,
    @Param('version') version: string,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { arch, ...at } = parse(OfArch, response.req.query);
    const exact = await this.exact({ image, version, ...at });
    const envelope = await this.messenger.request(subjects.provenance, { ...exact, arch, ...at });
    response.setHeader('content-type', 'application/vnd.dsse.envelope.v1+json');
    return envelope;
  }

  /** What became different from the version to another one, of the same image unless another is named. */
  @Get('images/:image/versions/:version/diff')
  diff(@Param('image') image: string, @Param('version') version: string, @Query() query: unknown) {
    const { to, to_image: other = image, ...asked } = parse(Diff, query);
    return this.messenger.request(subjects.diff, {
      a: { image, version },
      b: { image: other, version: to },
      ...asked,
    });
  }

  @Get('images/:image/versions/:version/verification')
  verification(@Param('image') image: string, @Param('version') version: string, @Query() query: unknown) {
    parse(Now, query);
    return this.messenger.request(subjects.verifyArtifact, { image, version }, { timeoutMs: 600_000 });
  }

  @Get('registry')
  registry(@Query() query: unknown) {
    return this.messenger.request(subjects.registry, parse(At, query));
  }

  /** The version that a number, `latest` or a channel names, at a moment or now. */
  private async exact(named: NamedVersion): Promise<NamedVersion> {
    const found = parse(Named, await this.messenger.request(subjects.version, named));
    return { image: found.image_name, version: found.version };
  }
}
