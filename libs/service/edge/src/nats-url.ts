const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i;

/** The host in the address of a NATS server, which may come without a scheme, a user and a port. */
const hostOf = (address: string): string =>
  address
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/^[^@]*@/, '')
    .replace(/^(\[[^\]]*\]|[^:/]*).*$/, '$1');

const addresses = (servers: string): string[] => servers.split(',').map((each) => each.trim());

/** Whether any of the addresses says so. */
export const wantsTls = (servers: string): boolean =>
  addresses(servers).some((each) => /^tls:\/\//i.test(each));

/** Why these servers may not be reached as they are named: everybody on the way could read and forge what is said. */
export const plaintextProblem = (servers: string, hasAuthority: boolean): string | undefined => {
  if (hasAuthority || wantsTls(servers)) return undefined;
  const open = addresses(servers).filter((each) => !LOOPBACK.test(hostOf(each)));
  return open.length === 0
    ? undefined
    : `GILD_NATS_URL: ${open.map(hostOf).join(', ')} would be reached without encryption: expected tls:// (and GILD_NATS_CA), or GILD_NATS_PLAINTEXT=allowed where the network keeps everybody else out`;
};
