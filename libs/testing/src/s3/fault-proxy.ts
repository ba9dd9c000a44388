import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** What a request meets on its way. */
export type ProxyFault =
  | { kind: 'status'; status: number; code: string }
  /** Neither answered nor passed on. */
  | { kind: 'silence' }
  /** The connection breaks after this many bytes of the request's body, or of the answer's. */
  | { kind: 'reset'; of: 'request' | 'answer'; afterBytes: number }
  | { kind: 'slow'; bytesPerSecond: number };

/** A proxy in front of an HTTP server that makes requests fail as networks and servers do. */
export type FaultProxy = {
  port: number;
  /** What every request from now on meets; undefined passes it on as it is. */
  meet: (fault: (asked: { method: string; path: string }) => ProxyFault | undefined) => void;
  /** Requests so far: `METHOD /path`, and what they met. */
  seen: { asked: string; met: ProxyFault['kind'] | undefined }[];
  stop: () => Promise<void>;
};

const TICK_MS = 50;

/** Lets that many bytes through in a second. */
const atPace = (bytesPerSecond: number): Transform => {
  const perTick = Math.max(1, Math.floor((bytesPerSecond * TICK_MS) / 1000));
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const pass = async (): Promise<void> => {
        for (let start = 0; start < chunk.length; start += perTick) {
          this.push(chunk.subarray(start, start + perTick));
          await delay(TICK_MS);
        }
      };
      void pass().then(() => done(), done);
    },
  });
};

/** Lets that many bytes through and then calls. */
const untilByte = (afterBytes: number, then: () => void): Transform => {
  let left = afterBytes;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const passed = chunk.subarray(0, left);
      left -= passed.length;
      if (passed.length > 0) this.push(passed);
      if (left === 0) setImmediate(then);
      else done();
    },
  });
};

const inWay = (fault: ProxyFault | undefined, of: 'request' | 'answer', cut: () => void): Transform[] => {
  if (fault?.kind === 'slow') return [atPace(fault.bytesPerSecond)];
  return fault?.kind === 'reset' && fault.of === of ? [untilByte(fault.afterBytes, cut)] : [];
};

const through = (source: IncomingMessage, ways: Transform[]): NodeJS.ReadableStream =>
  ways.reduce<NodeJS.ReadableStream>((stream, way) => stream.pipe(way), source);

/** Passes a request on with its headers as they are: signatures cover them. */
const passOn = (
  asked: IncomingMessage,
  answer: ServerResponse,
  { host, port, fault }: { host: string; port: number; fault: ProxyFault | undefined },
): void => {
  const cut = (): void => {
    asked.socket.resetAndDestroy();
    forwarded.destroy();
  };
  const options = { host, port, method: asked.method, path: asked.url, headers: asked.headers };
  const forwarded = request(options, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    through(reply, inWay(fault, 'answer', cut)).pipe(answer);
  });
  forwarded.on('error', () => answer.destroy());
  answer.on('close', () => forwarded.destroy());
  through(asked, inWay(fault, 'request', cut)).pipe(forwarded);
};

export const startFaultProxy = async (target: { host: string; port: number }): Promise<FaultProxy> => {
  let faultFor: Parameters<FaultProxy['meet']>[0] = () => undefined;
  const seen: FaultProxy['seen'] = [];
  const server = createServer((asked, answer) => {
    const { method = '', url: path = '' } = asked;
    const fault = faultFor({ method, path });
    seen.push({ asked: `${method} ${path}`, met: fault?.kind });
    asked.on('error', () => undefined);
    if (fault?.kind === 'silence') return;
    if (fault?.kind !== 'status') return passOn(asked, answer, { ...target, fault });
    asked.resume();
    answer.writeHead(fault.status, { 'content-type': 'application/xml' });
    answer.end(`<Error><Code>${fault.code}</Code><Message>injected</Message></Error>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    meet: (fault) => {
      faultFor = fault;
    },
    seen,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
