import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { quantisedModel } from "../../scripts/quantise.ts";
import type { RecallItem, RecallQuery } from "../../server/memory/recall/recallItem.ts";
import { MemoryIndex, type MemoryIndexOptions } from "../../server/memory/worker/memoryIndex.ts";
import type { SavedPlace } from "../../server/store/savedPlace.ts";
import { systemClock } from "../../server/util/clock.ts";
import { silentLog } from "../../server/util/log.ts";

export const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

export const MODEL_FOLDER = await quantisedModel();

/** An index in a real worker, closed after the test. Unless told otherwise by words alone, kept nowhere. */
export function memoryIndex(t: TestContext, options: Partial<MemoryIndexOptions> = {}): MemoryIndex {
  const index = new MemoryIndex({
    workerUrl: new URL("../../server/memory/worker/memoryWorker.ts", import.meta.url),
    modelFolder: MODEL_FOLDER,
    embedder: { kind: "off" },
    log: silentLog,
    ...options,
  });
  t.after(() => index.close());
  return index;
}

/** A folder to keep things in, gone after the test. */
export function place(t: TestContext): SavedPlace {
  const folder = mkdtempSync(join(tmpdir(), "memoryIndex-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, storeId: "0".repeat(32), key: randomBytes(32) };
}

/** What the user said in a conversation, one text after another. */
export function said(session: string, ...texts: string[]): RecallItem[] {
  return texts.map((text, position) => ({
    id: `${session}:${position}:user`,
    kind: "episode",
    text,
    speaker: "user",
    atMs: NOW_MS - 60_000 * (texts.length - position),
    session,
    position,
  }));
}

export function memory(id: string, text: string): RecallItem {
  return { id, kind: "fact", text, speaker: "", atMs: NOW_MS, scope: { kind: "workspace" }, confidence: 0.9 };
}

/** A few texts have their vectors: the worker rests from that until nobody has asked anything for a second. */
export function embeddedInTheBackground(): Promise<void> {
  return systemClock.sleep(1_500);
}

export function asking(text: string, query: Partial<RecallQuery> = {}): RecallQuery {
  return { text, queryType: "chat", limit: 10, nowMs: NOW_MS, ...query };
}

export async function idsOf(index: MemoryIndex, text: string): Promise<string[]> {
  return (await index.recall(asking(text))).ranked.map(({ id }) => id);
}
