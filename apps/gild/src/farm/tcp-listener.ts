import { createServer } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { Fault } from '@gild/ports';
import type { INestApplication } from '@nestjs/common';
import type { Undo } from './undo.js';

/** `port` 0: any free one. */
export type TcpAddress = { host: string; port: number };

/** HOST:PORT, an IPv6 address in brackets. Fault: INVALID_REQUEST. */
export const parseListen = (text: string): TcpAddress => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65535) return { host, port: Number(port) };
  throw new Fault(
    'INVALID_REQUEST',
    `--listen: expected HOST:PORT such as 127.0.0.1:7440 or [::1]:7440, found "${text}"`,
  );
};

/** The API of `app` on a TCP port as well; gives its URL. Fault: UNAVAILABLE when the address cannot be had. */
export const listenOnTcp = async (app: INestApplication, at: TcpAddress, undo: Undo): Promise<string> => {
  const server = createServer(app.getHttpAdapter().getInstance() as never);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(at, cause)));
    server.listen(at.port, at.host, resolve);
  });
  undo.add(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${hostAndPort({ ...at, port: (server.address() as AddressInfo).port })}`;
};

const cannotListen = (at: TcpAddress, cause: NodeJS.ErrnoException): Fault => {
  const reason = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
  const message = `cannot listen on ${hostAndPort(at)}: ${reason}; choose another address with --listen`;
  return new Fault('UNAVAILABLE', message, { cause });
};

const hostAndPort = ({ host, port }: TcpAddress): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`;
