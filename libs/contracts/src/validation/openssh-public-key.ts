import { base64Bytes } from './base64.js';

/** The strings an SSH key blob is made of (RFC 4253 §6.6, RFC 4251 §5), or undefined when its lengths do not add up. */
const blobStrings = (blob: Uint8Array): readonly Uint8Array[] | undefined => {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const strings: Uint8Array[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined;
    const end = at + 4 + view.getUint32(at);
    if (end > blob.length) return undefined;
    strings.push(blob.subarray(at + 4, end));
    at = end;
  }
  return strings;
};

const ascii = (bytes: Uint8Array | undefined): string => String.fromCharCode(...(bytes ?? []));

type Shape = { parts: number; problem: (parts: readonly Uint8Array[]) => string | undefined };

const SHORTEST_RSA_BITS = 1024;

const bitLength = (mpint: Uint8Array | undefined): number => {
  const first = mpint?.findIndex((byte) => byte !== 0) ?? -1;
  if (mpint === undefined || first < 0) return 0;
  return (mpint.length - first - 1) * 8 + (32 - Math.clz32(mpint[first] ?? 0));
};

const rsaProblem = ([exponent, modulus]: readonly Uint8Array[]): string | undefined => {
  if (bitLength(exponent) < 2) return 'an RSA key without an exponent';
  const bits = bitLength(modulus);
  return bits < SHORTEST_RSA_BITS
    ? `an RSA key of ${String(bits)} bits, fewer than ${String(SHORTEST_RSA_BITS)}`
    : undefined;
};

const ed25519Problem = ([key]: readonly Uint8Array[]): string | undefined =>
  key?.length === 32 ? undefined : `an Ed25519 key of ${String(key?.length ?? 0)} bytes in place of 32`;

const ecdsa =
  (curve: string, bytes: number) =>
  ([named, point]: readonly Uint8Array[]): string | undefined => {
    if (ascii(named) !== curve) return `an ECDSA key that names another curve than ${curve}`;
    return point?.length === bytes && point[0] === 4
      ? undefined
      : `an ECDSA key whose point is not one of ${curve}`;
  };

const SHAPES: Readonly<Record<string, Shape>> = {
  'ssh-ed25519': { parts: 1, problem: ed25519Problem },
  'ssh-rsa': { parts: 2, problem: rsaProblem },
  'ecdsa-sha2-nistp256': { parts: 2, problem: ecdsa('nistp256', 65) },
  'ecdsa-sha2-nistp384': { parts: 2, problem: ecdsa('nistp384', 97) },
  'ecdsa-sha2-nistp521': { parts: 2, problem: ecdsa('nistp521', 133) },
  'sk-ssh-ed25519@openssh.com': { parts: 2, problem: ed25519Problem },
  'sk-ecdsa-sha2-nistp256@openssh.com': { parts: 3, problem: ecdsa('nistp256', 65) },
};

const blobProblem = (type: string, shape: Shape, encoded: string): string | undefined => {
  const blob = base64Bytes(encoded);
  if (blob === undefined) return 'a key whose data is not base64';
  const strings = blobStrings(blob);
  if (strings === undefined) return 'a key that is cut off';
  const inside = ascii(strings[0]?.subarray(0, 64));
  if (inside !== type) return `a key that says ${type} but holds ${JSON.stringify(inside)}`;
  const parts = strings.slice(1);
  return parts.length === shape.parts ? shape.problem(parts) : 'a key that is cut off or has too many parts';
};

/** Types that cannot be typing errors deserve their own words; none of them repeats the text, which may be secret. */
const typeProblem = (line: string, type: string): string => {
  if (line.includes('PRIVATE KEY'))
    return 'a private key, which must never leave its owner: take it out and replace it';
  if (type === 'ssh-dss') return 'a DSA key, which OpenSSH no longer accepts';
  if (type.includes('-cert-v01@')) return 'a certificate in place of a key';
  if (/\s(?:ssh|ecdsa|sk)-\S+\s+AAAA/.test(line)) return 'options in front of the key';
  return 'an unknown key type';
};

/**
 * What is wrong with an OpenSSH public key line (`type data comment`), as words that follow "found"; undefined when
 * it is sound. The data is decoded and its structure checked against the type.
 */
export const publicKeyProblem = (line: string): string | undefined => {
  if (line.trim() === '') return 'an empty text';
  const [type = '', encoded] = line.trim().split(/[ \t]+/);
  const shape = Object.hasOwn(SHAPES, type) ? SHAPES[type] : undefined;
  if (shape === undefined) return typeProblem(line, type);
  if (/[\r\n]/.test(line.trim())) return 'more than one line';
  return encoded === undefined ? 'a key type without a key' : blobProblem(type, shape, encoded);
};
