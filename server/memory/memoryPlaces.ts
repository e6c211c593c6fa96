import { join } from "node:path";
import { z } from "zod";
import type { FileSystem } from "../store/fileSystem.ts";
import { JsonFile } from "../store/jsonFile.ts";
import type { DerivedPlace } from "../store/keptList.ts";
import { MEMORY_LOG, USER_MEMORY } from "../store/location.ts";
import { EncryptedLog } from "../store/log/encryptedLog.ts";
import type { StoreKeys } from "../store/storeKeys.ts";
import type { Log } from "../util/log.ts";
import { type MemoryLog, SegmentedMemoryLog, SharedMemoryLog } from "./memoryLog.ts";

export interface WritingPlace extends DerivedPlace {
  readonly epoch: number;
  readonly isSuperseded: () => Promise<boolean>;
}

/** What is remembered of a workspace, written by the process that owns it. */
export function workspaceMemoryLog(place: WritingPlace): MemoryLog {
  const quarantine = join(place.folder, "quarantine");
  const folder = join(place.folder, MEMORY_LOG);
  return new SegmentedMemoryLog(new EncryptedLog({ ...place, conversationId: MEMORY_LOG, folder, quarantine }));
}

export interface UserPlace {
  readonly fs: FileSystem;
  readonly keys: StoreKeys;
  /** The store's folder. */
  readonly storePath: string;
  readonly logger: Log;
}

/** What the user wants remembered in all workspaces, written by whoever learns it. */
export function userMemoryLog({ fs, keys, storePath, logger }: UserPlace): MemoryLog {
  const file = new JsonFile<readonly unknown[]>({
    fs,
    keys,
    path: join(storePath, USER_MEMORY, "memories.bin"),
    quarantine: join(storePath, "quarantine"),
    purpose: "user memories",
    schema: z.array(z.unknown()).readonly(),
    version: 1,
    empty: [],
    logger,
  });
  return new SharedMemoryLog(file);
}
