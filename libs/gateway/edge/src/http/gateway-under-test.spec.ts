import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomIds, systemClock } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import { InProcessBus, inProcessMessenger } from '@gild/transport-inprocess';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GatewayModule } from '../gateway.module.js';
import { API_TOKEN, CLOCK, FARM, IDS, MESSENGER, OBJECT_STORE } from '../tokens.js';
import { takeLargeBodies } from './json-bodies.js';

export const token = 'a-token-of-more-than-20-characters';

/** The HTTP API on a port of its own, before services that answer on `bus` as a test tells them. */
export class GatewayUnderTest {
  readonly folder = mkdtempSync(join(tmpdir(), 'gild-gateway-'));
  readonly objects = directoryObjectStore(this.folder);
  readonly bus = new InProcessBus();
  api = '';
  #app: INestApplication | undefined;

  async start(): Promise<void> {
    const module = GatewayModule.with([
      { provide: MESSENGER, useValue: inProcessMessenger(this.bus) },
      { provide: OBJECT_STORE, useValue: this.objects },
      // Its minutes do not pass: how often one may ask is counted by them.
      { provide: CLOCK, useValue: { ...systemClock, monotonicMs: () => 0 } },
      { provide: IDS, useValue: randomIds },
      { provide: API_TOKEN, useValue: { value: token } },
      { provide: FARM, useValue: { kind: 'services' } },
    ]);
    this.#app = await NestFactory.create(module, {
      logger: false,
      forceCloseConnections: true,
      abortOnError: false,
    });
    takeLargeBodies(this.#app);
    await this.#app.listen(0, '127.0.0.1');
    this.api = `http://127.0.0.1:${((this.#app.getHttpServer() as Server).address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await this.#app?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async call(path: string, init: RequestInit = {}) {
    const response = await fetch(`${this.api}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
    });
    const text = await response.text();
    const { error } = text.startsWith('{') ? JSON.parse(text) : {};
    return { status: response.status, headers: response.headers, text, error };
  }
}
