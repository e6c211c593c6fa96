import { randomBytes } from "node:crypto";
import { z } from "zod";
import { commitmentOf, deriveKey, isSame, type Key, SALT_BYTES, seal, TAG_BYTES, unseal } from "./crypto.ts";

/** What a root key is wrapped under: the editor's secret storage, the recovery code, or a file. */
export type SlotKind = "os" | "recovery" | "file";

/** The root key, wrapped by one secret. Bytes are base64. A kind that is not known belongs to a later version. */
export const slotSchema = z.looseObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  kind: z.string().max(32),
  salt: z.base64(),
  nonce: z.base64(),
  /** Ciphertext, then tag. */
  wrapped: z.base64(),
  /** Tells a wrong secret from a damaged slot. */
  commitment: z.base64(),
  /** The slot in whose place this one stands until that has opened the store at a later start. */
  standsFor: z.string().optional(),
});
export type Slot = z.infer<typeof slotSchema>;

/** @param secret random, of 20 bytes or more: nothing slows down whoever guesses. */
export function wrap(storeId: string, kind: SlotKind, secret: Uint8Array, root: Key, standsFor?: string): Slot {
  const id = randomBytes(16).toString("hex");
  const salt = randomBytes(SALT_BYTES);
  const key = slotKey(secret, salt, kind);
  const aad = boundTo(storeId, id, kind);
  const { nonce, ciphertext, tag } = seal(key, root, aad);
  return {
    id,
    kind,
    salt: salt.toString("base64"),
    nonce: nonce.toString("base64"),
    wrapped: Buffer.concat([ciphertext, tag]).toString("base64"),
    commitment: commitmentOf(key, aad).toString("base64"),
    ...(standsFor !== undefined && { standsFor }),
  };
}

/** The root key, or why there is none. */
export function unwrap(storeId: string, slot: Slot, secret: Uint8Array): Key | "wrongKey" | "damaged" {
  const key = slotKey(secret, Buffer.from(slot.salt, "base64"), slot.kind);
  const aad = boundTo(storeId, slot.id, slot.kind);
  if (!isSame(commitmentOf(key, aad), Buffer.from(slot.commitment, "base64"))) return "wrongKey";
  const wrapped = Buffer.from(slot.wrapped, "base64");
  const ciphertext = wrapped.subarray(0, -TAG_BYTES);
  const sealed = { nonce: Buffer.from(slot.nonce, "base64"), ciphertext, tag: wrapped.subarray(-TAG_BYTES) };
  return unseal(key, sealed, aad) ?? "damaged";
}

function slotKey(secret: Uint8Array, salt: Buffer, kind: string): Key {
  return deriveKey(secret, salt, `slot ${kind}`);
}

function boundTo(storeId: string, id: string, kind: string): Buffer {
  return Buffer.from([storeId, id, kind].join("\0"));
}
