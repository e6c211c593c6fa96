import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

/** 32 bytes for AES-256-GCM, or to derive others from. Never written but wrapped by another. */
export type Key = Buffer;

export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
export const SALT_BYTES = 32;

/** A key that is used often is given as a KeyObject: Node sets a cipher up in a third of the time. */
export type CipherKey = Key | KeyObject;

export interface Sealed {
  readonly nonce: Buffer;
  /** As long as the plaintext. */
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** AES-256-GCM (NIST SP 800-38D) under a fresh random nonce of 96 bits; `aad` is bound to it, not hidden. */
export function seal(key: CipherKey, plaintext: Uint8Array, aad: Uint8Array): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

/** The plaintext, or undefined when key, nonce, ciphertext, tag or aad is not what was sealed. */
export function unseal(key: CipherKey, sealed: Sealed, aad: Uint8Array): Buffer | undefined {
  if (sealed.nonce.length !== NONCE_BYTES || sealed.tag.length !== TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.tag);
  const plaintext = decipher.update(sealed.ciphertext);
  try {
    decipher.final();
    return plaintext;
  } catch {
    return undefined;
  }
}

/** HKDF-SHA-256 (RFC 5869), 32 bytes: a key for one purpose, which says nothing about the secret or about other keys. */
export function deriveKey(secret: Uint8Array, salt: Uint8Array, purpose: string): Key {
  return Buffer.from(hkdfSync("sha256", secret, salt, purpose, KEY_BYTES));
}

/** Tells whether a key is the one that was used, without having anything to decrypt (a key-committing HMAC-SHA-256). */
export function commitmentOf(key: Key, context: Uint8Array): Buffer {
  return createHmac("sha256", key).update("rubberduck commitment").update(context).digest();
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
