import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Services } from "../../server/services.ts";
import { defaultKeyFolder } from "../../server/store/location.ts";
import type { StoreSettings } from "../../server/storeServices.ts";
import { causeOf, DuckError } from "../../server/util/errors.ts";

/**
 * A terminal has no secret storage: a store that it makes has its key in a file. One that an editor made is opened by that
 * editor's server, if it runs, or by the recovery code, and no key is left behind.
 */
export function storeSettings(path: string): StoreSettings {
  return { path: resolve(path), keyFolder: defaultKeyFolder(process.platform, process.env), keepsKey: false };
}

export const KEYS_HERE =
  "Here: with --recovery-code-file FILE or RUBBERDUCK_RECOVERY_CODE, or while the editor is open.";

/**
 * Opens the store and says where the key of a new one is. Throws DuckError storeLocked or wrongKey, and storeFailed when
 * nothing could be kept.
 */
export async function opened({ store }: Services, codeFile: string | undefined): Promise<void> {
  if (store === undefined) return;
  const found = await store.opened();
  const code = await recoveryCode(codeFile);
  const isUnlocked = found.state === "locked" && code !== undefined;
  const {
    state,
    message = "",
    warnings,
    isNew,
  } = isUnlocked ? await store.unlock({ kind: "recoveryCode", code }) : found;
  if (state === "locked") {
    throw new DuckError("storeLocked", `${message} ${KEYS_HERE}`);
  }
  if (state !== "open") throw new DuckError("storeFailed", message);
  if (isNew) for (const warning of warnings) console.error(warning);
}

/** Throws DuckError storeLocked when the file cannot be read. */
export async function recoveryCode(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return process.env.RUBBERDUCK_RECOVERY_CODE;
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new DuckError("storeLocked", `The recovery code could not be read: ${causeOf(error)}`, { cause: error });
  }
}
