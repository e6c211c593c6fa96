import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RecallQuery } from "../server/memory/recall/recallItem.ts";
import { MemoryIndex } from "../server/memory/worker/memoryIndex.ts";
import type { EmbedderStatus } from "../server/protocol/memory.ts";
import { silentLog } from "../server/util/log.ts";

/** The worker as it is packaged, which keeps what it is told in that folder, encrypted. */
export function indexIn(folder: string, kind: "embedded" | "off"): MemoryIndex {
  const index = new MemoryIndex({
    workerUrl: pathToFileURL(join("dist", "memoryWorker.js")),
    modelFolder: join(process.cwd(), "dist", "embedder"),
    embedder: { kind },
    log: silentLog,
  });
  index.keepIn({ folder, storeId: "0".repeat(32), key: Buffer.alloc(32, 5) });
  return index;
}

/** Once the meaning of all that it holds is known. Throws when its embedder failed. */
export async function ready(index: MemoryIndex, onStatus: (status: EmbedderStatus) => void = () => {}): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const look = (status: EmbedderStatus) => {
      if (status.state === "failed") reject(new Error(status.message));
      else if (status.state === "ready") resolve();
      else onStatus(status);
    };
    index.onDidChangeStatus(look);
    look(index.status);
  });
  // "ready" comes a little before the last few.
  await index.flush();
}

export function asking(text: string): RecallQuery {
  return { text, queryType: "chat", limit: 20, nowMs: Date.now() };
}
