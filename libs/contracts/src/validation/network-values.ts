import { z } from 'zod';

const IP = z.union([z.ipv4(), z.ipv6()]);

/** YAML 1.1 reads yes, no, on and off as these as well. */
export const Bool = z.boolean();

export const Ip = IP.meta({ errorMessage: 'expected an IP address such as "192.0.2.1" or "2001:db8::1"' });

export const Cidr = z
  .union([z.cidrv4(), z.cidrv6()])
  .meta({ errorMessage: 'expected an address with its prefix length such as "192.0.2.10/24"' });

/** A network as the target of a route. */
export const Destination = z.union([z.literal(['default', '0/0']), Cidr, IP]).meta({
  errorMessage: 'expected default or a network such as "198.51.100.0/24"',
});

const isDotted = (text: string): boolean => z.ipv4().safeParse(text).success;

/** All ones before all zeros, as in 255.255.255.128. */
const isMask = (text: string): boolean => {
  const bits = text.split('.').map((part) => Number(part).toString(2).padStart(8, '0'));
  return isDotted(text) && /^1*0*$/.test(bits.join(''));
};

const isLength = (text: string): boolean => /^\d{1,3}$/.test(text) && Number(text) <= 128;

export const Netmask = z
  .union([z.int().min(0).max(128), z.string().refine((text) => isLength(text) || isMask(text))])
  .meta({ errorMessage: 'expected a netmask such as "255.255.255.0" or a prefix length such as 24' });

/** Why a netmask or prefix length does not go with the address; undefined when it does. */
export const netmaskMisfit = (address: string, mask: string | number): string | undefined => {
  if (address.includes(':'))
    return isDotted(String(mask)) ? 'a prefix length (IPv6 has no netmasks)' : undefined;
  return Number(mask) > 32 ? 'at most 32 at an IPv4 address' : undefined;
};

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
