const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'secretKey',
  'accessKey',
  'seed',
  'creds',
  'credentials',
  'privateKey',
  'GILD_TOKEN',
  'GILD_OPS_TOKEN',
] as const;

/** Fields that are secret wherever a line has them: at its top, or within one or two objects. */
export const REDACTED_PATHS: string[] = SECRET_FIELDS.flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
]);

const USER_INFO = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"\\]{1,512}@/gi;
const BEARER = /\b(Bearer|Basic) +[\w.~+/=-]{8,}/g;
/** A seed of nkeys: 58 characters of base32 that begin with S. */
const NKEY_SEED = /\bS[NCOAUX][A-Z2-7]{56}\b/g;
/** Presigned requests of S3. */
const SIGNATURE = /(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s"\\]+/gi;

/** A line without what the text of a message, an error or a stack may have in it: user names and passwords of addresses, shown tokens, seeds, signatures. */
export const withoutSecrets = (line: string): string =>
  line
    .replace(USER_INFO, '$1[secret]@')
    .replace(BEARER, '$1 [secret]')
    .replace(NKEY_SEED, '[secret]')
    .replace(SIGNATURE, '$1[secret]');
