import { randomBytes } from "node:crypto";
import type * as vscode from "vscode";

const BYTES = 32;

/** 32 random bytes in base64, made once and kept in VS Code's secret storage. Undefined where that keeps nothing. */
export async function storedSecret(storage: vscode.SecretStorage, name: string): Promise<string | undefined> {
  try {
    const known = await storage.get(name);
    if (known !== undefined) return known;
    await storage.store(name, randomBytes(BYTES).toString("base64"));
    // Another window may have been quicker, and a keyring that is locked forgets what it is told.
    return await storage.get(name);
  } catch {
    return undefined;
  }
}
