import type { Key } from "./crypto.ts";
import { isRoot, type Keyring } from "./keyring.ts";
import type { Inspection, StoreFolder } from "./storeFolder.ts";

/** To write the keyring while others do. */
const MAX_TRIES = 8;

/** Writes the keyring changed, and answers it. What another process writes meanwhile is changed instead. Throws when it cannot. */
export async function amendKeyring(
  folder: StoreFolder,
  found: Inspection,
  root: Key,
  change: (keyring: Keyring) => Keyring,
): Promise<Keyring> {
  let from = found;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (from.kind !== "found" || !isRoot(from.keyring, root)) throw new Error("another store has taken its place");
    const keyring = change(from.keyring);
    if (await folder.replace(keyring, from.generation)) return keyring;
    from = await folder.inspect();
  }
  throw new Error("other processes write it all the time");
}
