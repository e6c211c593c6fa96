import { randomBytes } from "node:crypto";
import type * as vscode from "vscode";

const BYTES = 32;

/** 32 random bytes in base64, made once and kept in VS Code's secret storage. Undefined where that keeps nothing. */
export async function storedSecret(
  storage: vscode.SecretStorage,
  name: string,
): Promise<{ readonly secret: string | undefined; readonly isNew: boolean }> {
  try {
    const known = await storage.get(name);
    if (known !== undefined) return { secret: known, isNew: false };
    await storage.store(name, randomBytes(BYTES).toString("base64"));
    // Another window may have been quicker, and a keyring that is locked forgets what it is told.
    return { secret: await storage.get(name), isNew: true };
  } catch {
    return { secret: undefined, isNew: false };
  }
}
