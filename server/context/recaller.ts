import { basename } from "node:path";
import { isWorthAsking } from "../memory/recall/worthAsking.ts";
import type { RecallParams, RecallResult } from "../protocol/memory.ts";
import type { Clock } from "../util/clock.ts";
import { pathInside } from "../workspace/folders.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import type { ContextRequest } from "./contextRequest.ts";

/** What recalls: memory, or whoever asks it. */
export interface MemorySource {
  recall(params: RecallParams, signal: AbortSignal): Promise<RecallResult>;
}

/** What was recalled; or why nothing could be. */
export interface Recalled {
  readonly result: RecallResult;
  readonly trouble?: string;
}

/** An answer does not wait longer than this for what is remembered: as long as it takes to load it, on a busy machine. */
const PATIENCE_MS = 2000;

/** Asks memory what belongs to a question. Whatever goes wrong there, the question is answered. */
export class Recaller {
  readonly #memory: MemorySource;
  readonly #paths: WorkspacePaths;
  readonly #clock: Clock;

  constructor(memory: MemorySource, paths: WorkspacePaths, clock: Clock) {
    this.#memory = memory;
    this.#paths = paths;
    this.#clock = clock;
  }

  /** @param shownTurnIds turns of this conversation that go along anyway. */
  async recall(request: ContextRequest, shownTurnIds: readonly string[]): Promise<Recalled> {
    const { question, asks, conversationId, attachments, signal } = request;
    if (!isWorthAsking({ text: question, queryType: asks })) return NOTHING_RECALLED;
    const params = {
      query: question,
      queryType: asks,
      ...(conversationId !== undefined && { conversationId }),
      shownTurnIds,
      near: attachments.flatMap((one) => ("path" in one && one.path ? this.#relative(one.path) : [])),
    };
    const patience = new AbortController();
    const slow = new Promise<Recalled>((resolve) => {
      patience.signal.addEventListener("abort", () => resolve(TOO_SLOW), { once: true });
    });
    const cancelTimer = this.#clock.after(PATIENCE_MS, () => patience.abort());
    try {
      const asked = this.#memory.recall(params, AbortSignal.any([signal, patience.signal]));
      return await Promise.race([asked.then((result) => ({ result })), slow]);
    } catch {
      return patience.signal.aborted ? TOO_SLOW : FAILED;
    } finally {
      cancelTimer();
    }
  }

  /** As code anchors name it. */
  #relative(path: string): string {
    for (const folder of this.#paths.folders) {
      const inside = pathInside(folder.path, path);
      if (inside !== undefined) return inside;
    }
    return basename(path);
  }
}

const EMPTY: RecallResult = { hits: [], muted: [], patterns: [], ms: 0 };
export const NOTHING_RECALLED: Recalled = { result: EMPTY };
const TOO_SLOW: Recalled = {
  result: EMPTY,
  trouble: "Recalling took longer than 2 seconds, so this is answered without what is remembered.",
};
const FAILED: Recalled = { result: EMPTY, trouble: "Memory could not be asked, so this is answered without it." };
