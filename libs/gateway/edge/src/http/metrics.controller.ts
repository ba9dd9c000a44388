import { Controller, Get, Inject, NotFoundException, Optional, Res } from '@nestjs/common';
import type { OperationsPages } from '@gild/service-edge';
import type { Response } from 'express';
import { OPERATIONS } from '../tokens.js';

/** The metrics of the gateway's process as Prometheus reads them, for who shows the API token. */
@Controller('metrics')
export class MetricsController {
  constructor(@Optional() @Inject(OPERATIONS) private readonly operations?: OperationsPages) {}

  @Get()
  async metrics(@Res() response: Response) {
    if (this.operations === undefined) throw new NotFoundException('this farm keeps no metrics');
    const { contentType, text } = await this.operations.metrics();
    response.type(contentType).send(text);
  }
}
