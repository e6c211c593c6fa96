import { savedPlace } from "../../server/store/savedPlace.ts";
import { unsealFile } from "../../server/store/sealedFile.ts";
import { keysOf, type StoreKeys } from "../../server/store/storeKeys.ts";

/** What files are sealed for, by those who write them. */
const PURPOSES = [
  "workspaces",
  "workspace",
  "conversation list",
  "trash",
  "settings",
  "patterns",
  "user memories",
  "code index",
  "memory items",
  "memory vectors",
];

/** What a sealed file says to somebody who has the store's key, whatever it is for; undefined when it cannot be opened. */
export function unsealed(keys: StoreKeys, bytes: Buffer): Buffer | undefined {
  const workers = (["code index", "memory"] as const).map((worker) =>
    keysOf(keys.storeId, Buffer.from(savedPlace(keys, "", worker).key)),
  );
  for (const each of [keys, ...workers]) {
    for (const purpose of PURPOSES) {
      const opened = unsealFile(each, purpose, bytes);
      if (opened.kind === "ok") return opened.bytes;
    }
  }
  return undefined;
}
