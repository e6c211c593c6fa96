import type { Key } from "./crypto.ts";
import type { KeyFile } from "./keyFile.ts";
import { isRoot, type Keyring, openKeyring } from "./keyring.ts";
import type { SlotKind } from "./slots.ts";
import { keyFileDamaged, keyLate, keyMissing, slotDamaged, type Trouble } from "./storeTrouble.ts";

export interface KeySources {
  /** The store's. */
  readonly path: string;
  readonly osSecret: Buffer | undefined;
  /** The secret has still to come. */
  readonly awaitsSecret: boolean;
  readonly keyFile: KeyFile;
  /** Asks another process. */
  readonly borrow: (() => Promise<Key | undefined>) | undefined;
}

export type OpenedBy = SlotKind | "borrowed";

/** Tries what there is, the likeliest first. A key that does not fit is a wrong key; only what has no checksum left is damage. */
export async function findRoot(
  keyring: Keyring,
  { path, osSecret, awaitsSecret, keyFile, borrow }: KeySources,
): Promise<{ readonly root: Key; readonly by: OpenedBy } | Trouble> {
  const bySecret = osSecret ? openKeyring(keyring, "os", osSecret) : "wrongKey";
  if (typeof bySecret !== "string") return { root: bySecret, by: "os" };
  const file = await keyFile.read();
  const byFile = file.kind === "ok" ? openKeyring(keyring, "file", file.secret) : "wrongKey";
  if (typeof byFile !== "string") return { root: byFile, by: "file" };
  const borrowed = await borrow?.();
  if (borrowed !== undefined && isRoot(keyring, borrowed)) return { root: borrowed, by: "borrowed" };
  if (bySecret === "damaged" || byFile === "damaged") return slotDamaged(path);
  if (file.kind === "damaged") return keyFileDamaged(path, keyFile.path);
  if (awaitsSecret) return keyLate(path);
  return keyMissing(path, keyring.slots.some(({ kind }) => kind === "file") ? keyFile.path : undefined);
}
