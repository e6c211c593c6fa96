import { randomBytes } from "node:crypto";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EncryptedLogs } from "../server/store/log/encryptedLogs.ts";
import { nodeFileSystem } from "../server/store/nodeFileSystem.ts";
import { keysOf } from "../server/store/storeKeys.ts";
import { silentLog } from "../server/util/log.ts";

/** A workspace's part of an unlocked store on the real disk, as its owner has it. */
export class BenchStore {
  readonly fs = nodeFileSystem;
  readonly keys = keysOf(randomBytes(16).toString("hex"), randomBytes(32));
  readonly logger = silentLog;
  /** Of the workspace. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<BenchStore> {
    return new BenchStore(await mkdtemp(join(tmpdir(), "duck-store-")));
  }

  /** As another process opens them. */
  logs(): EncryptedLogs {
    const { fs, keys, folder, logger } = this;
    // What the owner asks after each sync: is there a later claim?
    const next = join(folder, "epochs", "00000002");
    const isSuperseded = async () => (await fs.stat(next)) !== undefined;
    return new EncryptedLogs({ fs, keys, folder, logger, epoch: 1, isSuperseded });
  }

  conversationFolder(conversationId: string): string {
    return join(this.folder, "conversations", conversationId);
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Of all files below a folder. */
export async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
