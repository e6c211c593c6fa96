import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { commitmentOf, isSame, KEY_BYTES, type Key } from "./crypto.ts";
import { formatRecoveryCode, RECOVERY_BYTES } from "./recoveryCode.ts";
import { sealFile, unsealFile } from "./sealedFile.ts";
import { type Slot, type SlotKind, slotSchema, unwrap, wrap } from "./slots.ts";
import { keysOf } from "./storeKeys.ts";
import { type FormatVersion, formatVersion, storeId } from "./storeVersion.ts";

const keyringSchema = z.looseObject({
  storeId,
  formatVersion,
  /** Tells whether a root key that somebody hands over is this store's. Base64. */
  commitment: z.base64(),
  /** The recovery secret, sealed under the root key, so that the code can be shown again. Base64. */
  recovery: z.base64(),
  slots: z.array(slotSchema).max(1000),
});

/** How the root key of a store can be had. What later versions add is kept. */
export type Keyring = z.infer<typeof keyringSchema>;

/** One for each profile that opened the store. The one that was added first goes first; its profile asks for the code again. */
const MAX_OS_SLOTS = 32;
const RECOVERY = "recovery code";

/** A new root key and its keyring, with the recovery slot. */
export function newKeyring(id: string, version: FormatVersion): { readonly keyring: Keyring; readonly root: Key } {
  const root = randomBytes(KEY_BYTES);
  const recovery = randomBytes(RECOVERY_BYTES);
  const keyring = {
    storeId: id,
    formatVersion: version,
    commitment: rootCommitment(id, root).toString("base64"),
    recovery: sealFile(keysOf(id, root), RECOVERY, recovery).toString("base64"),
    slots: [wrap(id, "recovery", recovery, root)],
  };
  return { keyring, root };
}

/** The root key by this secret, or why it does not open the store. A damaged slot counts only when it is this secret's. */
export function openKeyring(keyring: Keyring, kind: SlotKind, secret: Uint8Array): Key | "wrongKey" | "damaged" {
  let found: "wrongKey" | "damaged" = "wrongKey";
  for (const slot of keyring.slots) {
    if (slot.kind !== kind) continue;
    const opened = unwrap(keyring.storeId, slot, secret);
    if (typeof opened !== "string" && isRoot(keyring, opened)) return opened;
    if (opened !== "wrongKey") found = "damaged";
  }
  return found;
}

export function isRoot(keyring: Keyring, root: Key): boolean {
  return isSame(rootCommitment(keyring.storeId, root), Buffer.from(keyring.commitment, "base64"));
}

export function slotThatOpens(keyring: Keyring, kind: SlotKind, secret: Uint8Array): Slot | undefined {
  const ofKind = keyring.slots.filter((slot) => slot.kind === kind);
  return ofKind.find((slot) => typeof unwrap(keyring.storeId, slot, secret) !== "string");
}

export function withSlots(keyring: Keyring, added: readonly Slot[]): Keyring {
  const slots = [...keyring.slots, ...added];
  const tooMany = slots.filter((slot) => slot.kind === "os").slice(0, -MAX_OS_SLOTS);
  return withoutSlots({ ...keyring, slots }, tooMany);
}

export function withoutSlots(keyring: Keyring, removed: readonly Slot[]): Keyring {
  const ids = new Set(removed.map(({ id }) => id));
  return { ...keyring, slots: keyring.slots.filter(({ id }) => !ids.has(id)) };
}

/** As a person copies it. Undefined when that part of the keyring is damaged; the slot itself may still open. */
export function recoveryCodeIn(keyring: Keyring, root: Key): string | undefined {
  const sealed = Buffer.from(keyring.recovery, "base64");
  const unsealed = unsealFile(keysOf(keyring.storeId, root), RECOVERY, sealed);
  return unsealed.kind === "ok" ? formatRecoveryCode(unsealed.bytes) : undefined;
}

/** A file's bytes, with a checksum by which damage is told from a wrong key. */
export function formatKeyring(keyring: Keyring): Buffer {
  return Buffer.from(`${JSON.stringify({ checksum: checksumOf(keyring), keyring }, undefined, 2)}\n`);
}

/** Undefined for damage. */
export function parseKeyring(bytes: Buffer): Keyring | undefined {
  try {
    const { checksum, keyring } = z
      .object({ checksum: z.string(), keyring: z.unknown() })
      .parse(JSON.parse(bytes.toString("utf8")));
    return checksum === checksumOf(keyring) ? keyringSchema.parse(keyring) : undefined;
  } catch {
    return undefined;
  }
}

function checksumOf(keyring: unknown): string {
  return createHash("sha256").update(JSON.stringify(keyring)).digest("hex");
}

function rootCommitment(id: string, root: Key): Buffer {
  return commitmentOf(root, Buffer.from(`root ${id}`));
}
