import { basename, join } from "node:path";
import type { Log } from "../../util/log.ts";
import { errnoOf, type FileSystem } from "../fileSystem.ts";
import type { SegmentReport } from "./segmentReader.ts";

interface QuarantineOptions {
  readonly fs: FileSystem;
  readonly conversationId: string;
  readonly quarantine: string;
  readonly logger: Log;
}

/** Keeps a copy of each incomplete last record, once, still encrypted. A disk that has no room for it is no reason to stop. */
export async function quarantineTorn(options: QuarantineOptions, files: readonly SegmentReport[]): Promise<void> {
  const { conversationId, logger } = options;
  for (const file of files) {
    if (file.tornAt === undefined || file.tornAt >= file.size) continue;
    try {
      if (await copyTail(options, file))
        logger.warn(`an incomplete record of conversation ${conversationId} is ignored`);
    } catch (error) {
      logger.warn(`an incomplete record of conversation ${conversationId} is ignored; no copy could be kept: ${error}`);
    }
  }
}

/** False when there is a copy already. */
async function copyTail(
  { fs, quarantine, conversationId }: QuarantineOptions,
  { path, tornAt = 0, size }: SegmentReport,
): Promise<boolean> {
  const copy = join(quarantine, `${conversationId}-${basename(path)}.${tornAt}`);
  if ((await fs.stat(copy)) !== undefined) return false;
  const source = await fs.open(path, "read");
  const tail = Buffer.alloc(size - tornAt);
  try {
    await source.read(tail, tornAt);
  } finally {
    await source.close();
  }
  await fs.makeFolder(quarantine);
  const file = await fs.open(copy, "create").catch((error) => {
    if (errnoOf(error) === "EEXIST") return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    await file.write(tail);
  } finally {
    await file.close();
  }
  return true;
}
