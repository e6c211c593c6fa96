import { join } from "node:path";
import type { MessageConnection } from "vscode-jsonrpc/node";
import { z } from "zod";
import type { Key } from "./crypto.ts";
import { Epochs } from "./epochs.ts";
import type { FileSystem } from "./fileSystem.ts";
import { approach, ask, type PrivateSocketOptions } from "./privateSocket.ts";

export interface LoanOptions extends PrivateSocketOptions {
  readonly fs: FileSystem;
  /** Absolute: all workspaces' owners are asked. */
  readonly storePath: string;
}

const ROOT_KEY = "rubberduck/owner/rootKey";
const answer = z.object({ key: z.base64() });

/**
 * Hands the store's root key to a process that was let in: both have proved to be the same user's. It goes from memory to
 * memory. What `rootKey` throws is the other's answer.
 */
export function lendRootKey(peer: MessageConnection, rootKey: () => Key): void {
  peer.onRequest(ROOT_KEY, () => ({ key: rootKey().toString("base64") }));
}

/** The root key from any process that has the store open for one of its workspaces; undefined when there is none. */
export async function borrowRootKey(options: LoanOptions): Promise<Key | undefined> {
  const { fs, storePath } = options;
  const entries = (await fs.stat(storePath)) === undefined ? [] : await fs.list(storePath);
  for (const { name, kind } of entries) {
    const key = kind === "folder" ? await borrowFrom(options, join(storePath, name)).catch(() => undefined) : undefined;
    if (key !== undefined) return key;
  }
  return undefined;
}

async function borrowFrom(options: LoanOptions, workspace: string): Promise<Key | undefined> {
  const { claim } = await new Epochs(options.fs, workspace).last();
  const found = claim && (await approach(claim, options));
  if (found?.kind !== "joined") return undefined;
  try {
    const { key } = answer.parse(await ask(found.connection, options.clock, ROOT_KEY));
    return Buffer.from(key, "base64");
  } finally {
    found.connection.dispose();
  }
}
