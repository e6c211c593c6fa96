import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { commitmentOf, isSame, NONCE_BYTES, SALT_BYTES, seal, TAG_BYTES, unseal } from "./crypto.ts";
import type { StoreKeys } from "./storeKeys.ts";

const MAGIC = Buffer.from("RDSF\x01\0\0\0", "latin1");
const COMMITMENT_BYTES = 32;
const CRC_BYTES = 4;
const HEADER_BYTES = MAGIC.length + SALT_BYTES + COMMITMENT_BYTES + CRC_BYTES;

export type Unsealed = { readonly kind: "ok"; readonly bytes: Buffer } | { readonly kind: "damaged" | "wrongKey" };

/**
 * One file's bytes as they stand on the disk: magic (8) | salt (32) | commitment (32) | crc-32 of these (4, big-endian) |
 * nonce (12) | ciphertext | tag (16). The key is derived from the root key, the salt and the purpose, fresh for each writing; header, store and purpose are bound
 * to the ciphertext.
 */
export function sealFile(keys: StoreKeys, purpose: string, plaintext: Uint8Array): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const key = keys.derive(salt, `file ${purpose}`);
  const header = checked(Buffer.concat([MAGIC, salt, commitmentOf(key, salt)]));
  const { nonce, ciphertext, tag } = seal(key, plaintext, boundTo(header, keys, purpose));
  return Buffer.concat([header, nonce, ciphertext, tag]);
}

/** The checksum tells damage of the header from a wrong key, which the commitment shows. */
export function unsealFile(keys: StoreKeys, purpose: string, bytes: Buffer): Unsealed {
  if (bytes.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES) return { kind: "damaged" };
  const header = bytes.subarray(0, HEADER_BYTES);
  const fields = header.subarray(0, HEADER_BYTES - CRC_BYTES);
  if (!isSame(header.subarray(0, MAGIC.length), MAGIC) || !isSame(checked(fields), header)) return { kind: "damaged" };
  const salt = header.subarray(MAGIC.length, MAGIC.length + SALT_BYTES);
  const key = keys.derive(salt, `file ${purpose}`);
  if (!isSame(fields.subarray(MAGIC.length + SALT_BYTES), commitmentOf(key, salt))) return { kind: "wrongKey" };
  const body = bytes.subarray(HEADER_BYTES);
  const sealed = {
    nonce: body.subarray(0, NONCE_BYTES),
    ciphertext: body.subarray(NONCE_BYTES, body.length - TAG_BYTES),
    tag: body.subarray(body.length - TAG_BYTES),
  };
  const plaintext = unseal(key, sealed, boundTo(header, keys, purpose));
  return plaintext === undefined ? { kind: "damaged" } : { kind: "ok", bytes: plaintext };
}

function checked(fields: Uint8Array): Buffer {
  const checksum = Buffer.alloc(CRC_BYTES);
  checksum.writeUInt32BE(crc32(fields));
  return Buffer.concat([fields, checksum]);
}

function boundTo(header: Uint8Array, { storeId }: StoreKeys, purpose: string): Buffer {
  return Buffer.concat([header, Buffer.from(`${storeId}\0${purpose}`)]);
}
