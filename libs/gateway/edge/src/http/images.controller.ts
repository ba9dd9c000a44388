import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { chosenArtifact } from '@gild/application-core';
import { ArchName, ImageArtifact, subjects } from '@gild/contracts';
import type { Messenger, ObjectStore } from '@gild/ports';
import type { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { MESSENGER, OBJECT_STORE } from '../tokens.js';
import { parsePayload as parse } from '@gild/service-edge';
import { At, Now } from './at-query.js';
import { requireStored } from './stored-artifact.js';

const Located = z.object({
  image_name: z.string(),
  version: z.string(),
  artifacts: z.array(ImageArtifact).min(1),
});
const Listed = At.extend({ deleted: z.enum(['true', 'false']).optional() });
const OfArch = Now.extend({ arch: ArchName.optional() });

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

  @Get('images/:image/versions')
  versions(@Param('image') image: string, @Query() query: unknown) {
    const { deleted, ...at } = parse(Listed, query);
    return this.messenger.request(subjects.versions, { image, deleted: deleted === 'true', ...at });
  }

  @Get('images/:image/versions/:version')
  version(@Param('image') image: string, @Param('version') version: string, @Query() query: unknown) {
    return this.messenger.request(subjects.version, { image, version, ...parse(At, query) });
  }

  /** The disk for one architecture, which is named where the version has several; checked against its digest while it is sent: a damaged one breaks off instead of ending. A withdrawn version is refused. */
  @Get('images/:image/versions/:version/artifact')
  async artifact(
    @Param('image') image: string,
    @Param('version') version: string,
    @Res() response: Response,
  ) {
    const { arch } = parse(OfArch, response.req.query);
    const found = parse(
      Located,
      await this.messenger.request(subjects.version, { image, version, usable: true }),
    );
    const artifact = chosenArtifact(`${found.image_name}@${found.version}`, found.artifacts, arch);
    await requireStored(this.objects, artifact);
    const { path: key, checksum: sha256, size_bytes: sizeBytes, format } = artifact;
    response.setHeader('content-type', 'application/octet-stream');
    response.setHeader('content-length', String(sizeBytes));
    response.setHeader('etag', `"${sha256}"`);
    response.setHeader('gild-sha256', sha256);
    response.setHeader('gild-arch', artifact.arch);
    response.setHeader('gild-format', format);
    response.setHeader('gild-compressed', String(artifact.compressed));
    await pipeline(
      Readable.from(this.objects.read({ key, sha256, sizeBytes }), { objectMode: false }),
      response,
    );
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
}
