import { randomBytes } from "node:crypto";
import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Epochs } from "../server/store/epochs.ts";
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
    const folder = await mkdtemp(join(tmpdir(), "duck-store-"));
    await mkdir(join(folder, "epochs"));
    await writeFile(join(folder, "epochs", "00000001"), "");
    return new BenchStore(folder);
  }

  /** As another process opens them. */
  logs(): EncryptedLogs {
    const { fs, keys, folder, logger } = this;
    const epochs = new Epochs(fs, folder);
    return new EncryptedLogs({ fs, keys, folder, logger, epoch: 1, isSuperseded: () => epochs.isSuperseded(1) });
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
