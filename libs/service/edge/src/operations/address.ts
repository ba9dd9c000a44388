import { isIP } from 'node:net';
import { z } from 'zod';

const LARGEST_PORT = 65_535;

/** A TCP address to listen on. */
export type Address = { host: string; port: number };

/** `host:port`, with an IPv6 address in brackets. */
export const AddressText = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:]+):\d{1,5}$/, 'expected host:port, such as 127.0.0.1:7440')
  .transform((text): Address => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  })
  .refine(({ port }) => port <= LARGEST_PORT, `expected a port up to ${LARGEST_PORT}`);

/** Whether only this host can reach the address; a name may stand for anything but `localhost`. */
export const isLoopback = ({ host }: Pick<Address, 'host'>): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
