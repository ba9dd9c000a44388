import { z } from 'zod';

const IP = z.union([z.ipv4(), z.ipv6()]);

/** YAML 1.1 reads yes, no, on and off as these as well. */
export const Bool = z.boolean();

export const Ip = IP.meta({ errorMessage: 'expected an IP address such as "192.0.2.1" or "2001:db8::1"' });

export const Cidr = z
  .union([z.cidrv4(), z.cidrv6()])
  .meta({ errorMessage: 'expected an address with its prefix length such as "192.0.2.10/24"' });

/** Unquoted digits with colons are a number in YAML 1.1, which is why these need quotes. */
export const Mac = z
  .string()
  .regex(/^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}(?:(?::[0-9A-Fa-f]{2}){14})?$/)
  .meta({ errorMessage: 'expected a MAC address in quotes such as "52:54:00:12:34:56"' });

export const DeviceName = z
  .string()
  .regex(/^[^\s/]{1,64}$/)
  .meta({ errorMessage: 'expected the name of a network device' });

export const Mtu = z.int().min(68).max(65_535);

export const VlanId = z.int().min(0).max(4094);

export const TextOrList = z.union([z.string(), z.array(z.string())]).meta({
  errorMessage: 'expected text or a list of texts',
});
