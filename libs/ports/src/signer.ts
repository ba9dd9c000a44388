/** Signs with Ed25519 (RFC 8032): the same bytes always give the same signature. The private key is nowhere but behind this port. */
export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A key in the name of a farm. */
export interface Signer extends SigningKey {
  /** Names the log that is signed, in every checkpoint. */
  readonly name: string;
}

/** Whether the signature is that of the Ed25519 key over the message; false for whatever is no key or signature. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** sha256 of the bytes, 32 bytes. */
export type Sha256OfBytes = (bytes: Uint8Array) => Uint8Array;
