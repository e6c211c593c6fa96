import type { OsSecret } from "../protocol/store.ts";
import { KEY_BYTES, type Key } from "./crypto.ts";
import type { KeyFile } from "./keyFile.ts";
import { type Keyring, slotThatOpens, withoutSlots, withSlots } from "./keyring.ts";
import type { OpenedBy } from "./rootKey.ts";
import { type Slot, wrap } from "./slots.ts";

/** What a profile has to open a store with. */
export interface Profile {
  /** Of the editor's secret storage. */
  readonly osSecret: Buffer | undefined;
  /** The secret was there at an earlier start, so the storage keeps what it is given. */
  readonly lasts: boolean;
  readonly keyFile: KeyFile;
}

export function profileOf(osSecret: OsSecret | undefined, keyFile: KeyFile): Profile {
  const { secret = "", lasts = false } = osSecret ?? {};
  const bytes = Buffer.from(secret, "base64");
  // What is no secret counts as none: a key file takes its place.
  return { osSecret: bytes.length === KEY_BYTES ? bytes : undefined, lasts, keyFile };
}

export interface SlotChange {
  readonly apply: (keyring: Keyring) => Keyring;
  /** The key is in a file from now on. */
  readonly toFile: boolean;
  /** The key file is of no use once this is written. */
  readonly retiresFile: boolean;
}

/**
 * What the keyring needs so that the next start of this profile opens the store by itself; undefined for nothing. A secret
 * storage may forget everything when the editor ends (where the system has no keyring, it is memory), and only the next start
 * can tell: until then a key file stands in for it.
 */
export async function ownSlots(
  keyring: Keyring,
  root: Key,
  by: OpenedBy,
  { osSecret, lasts, keyFile }: Profile,
): Promise<SlotChange | undefined> {
  const id = keyring.storeId;
  const file = await keyFile.read();
  const byFile = file.kind === "ok" ? slotThatOpens(keyring, "file", file.secret) : undefined;
  if (by === "file") {
    const added = osSecret && lasts ? [wrap(id, "os", osSecret, root)] : [];
    // The storage has forgotten: the file stays.
    const settled = byFile?.standsFor === undefined || added.length > 0 ? undefined : byFile;
    if (added.length === 0 && settled === undefined) return undefined;
    return changing((before) => withSlots(withoutStand(before, settled), added));
  }
  if (osSecret === undefined) {
    const slot = wrap(id, "file", await keyFile.ensure(), root);
    return { ...changing((before) => withSlots(before, [slot])), toFile: true };
  }
  const known = slotThatOpens(keyring, "os", osSecret);
  const own = known ?? wrap(id, "os", osSecret, root);
  const added = known === undefined ? [own] : [];
  if (!lasts && byFile === undefined) added.push(wrap(id, "file", await keyFile.ensure(), root, own.id));
  const over = lasts && byFile?.standsFor === own.id ? byFile : undefined;
  if (added.length === 0 && over === undefined) return undefined;
  const apply = (before: Keyring) => withSlots(over === undefined ? before : withoutSlots(before, [over]), added);
  return { apply, toFile: false, retiresFile: over !== undefined };
}

/** Those of a new store. */
export async function firstSlots(
  id: string,
  root: Key,
  { osSecret, lasts, keyFile }: Profile,
): Promise<readonly Slot[]> {
  if (osSecret === undefined) return [wrap(id, "file", await keyFile.ensure(), root)];
  const own = wrap(id, "os", osSecret, root);
  return lasts ? [own] : [own, wrap(id, "file", await keyFile.ensure(), root, own.id)];
}

function changing(apply: SlotChange["apply"]): SlotChange {
  return { apply, toFile: false, retiresFile: false };
}

function withoutStand(keyring: Keyring, slot: Slot | undefined): Keyring {
  const slots = keyring.slots.map((one) => {
    if (one.id !== slot?.id) return one;
    const { standsFor: _, ...settled } = one;
    return settled;
  });
  return { ...keyring, slots };
}
