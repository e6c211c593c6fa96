import { dirname, join } from "node:path";
import { z } from "zod";
import type { Clock } from "../util/clock.ts";
import { JsonFile } from "./jsonFile.ts";
import type { DerivedPlace } from "./keptList.ts";
import { byPlace, logFiles, RETIRED } from "./log/conversationFolder.ts";
import { isWholeSnapshot } from "./log/readConversation.ts";

export interface TrashOptions extends DerivedPlace {
  /** Whether another process owns the workspace by now: then it sweeps. */
  readonly isSuperseded: () => Promise<boolean>;
  readonly clock: Clock;
}

/** How long what waits in the trash has waited, by its path below the workspace's folder. */
interface Ages {
  /** Wall time of the last sweep, ISO 8601. */
  readonly sweptAt: string;
  readonly waitedMs: Readonly<Record<string, number>>;
}

const DAY_MS = 24 * 60 * 60_000;
const KEPT_MS = 7 * DAY_MS;
const FIRST_SWEEP_MS = 5 * 60_000;
const SWEEP_EVERY_MS = 6 * 60 * 60_000;
/** What takes the place of a retired segment before it may go. */
const SNAPSHOTS = 2;

/**
 * Deletes for good what was deleted, or was replaced by a snapshot, seven days ago. Segments also wait until two snapshots that
 * hold what they hold have been read back.
 */
export class Trash {
  readonly #options: TrashOptions;
  readonly #ages: JsonFile<Ages | null>;

  constructor(options: TrashOptions) {
    this.#options = options;
    const { fs, keys, folder, logger } = options;
    this.#ages = new JsonFile<Ages | null>({
      fs,
      keys,
      path: join(folder, "derived", "trash.bin"),
      quarantine: join(folder, "quarantine"),
      purpose: "trash",
      schema: z.object({ sweptAt: z.string(), waitedMs: z.record(z.string(), z.number()) }).nullable(),
      version: 1,
      empty: null,
      logger,
    });
  }

  /** Sweeps every few hours, until another process owns the workspace. */
  start(): void {
    this.#sweepAfter(FIRST_SWEEP_MS);
  }

  async sweep(): Promise<void> {
    const { clock, isSuperseded } = this.#options;
    const waiting = await this.#waiting();
    const before = await this.#ages.read();
    const now = clock.now();
    const waitedMs = aged(before, waiting, now);
    for (const path of waiting.filter((each) => (waitedMs[each] ?? 0) >= KEPT_MS)) {
      if (await isSuperseded()) return;
      if (await this.#delete(path)) delete waitedMs[path];
    }
    const isNothing = before === null && waiting.length === 0;
    if (!isNothing) await this.#ages.update(() => ({ sweptAt: now.toISOString(), waitedMs }));
  }

  #sweepAfter(ms: number): void {
    this.#options.clock.after(ms, () => void this.#sweepAndGoOn());
  }

  async #sweepAndGoOn(): Promise<void> {
    const { isSuperseded, logger } = this.#options;
    try {
      await this.sweep();
      if (await isSuperseded()) return;
    } catch (error) {
      logger.warn(`the trash could not be emptied: ${error}`);
    }
    this.#sweepAfter(SWEEP_EVERY_MS);
  }

  /** Paths below the workspace's folder. */
  async #waiting(): Promise<string[]> {
    const deleted = (await this.#names("trash")).map((name) => `trash/${name}`);
    const segments: string[] = [];
    for (const id of await this.#names("conversations")) {
      const retired = `conversations/${id}/${RETIRED}`;
      segments.push(...(await this.#names(retired)).map((name) => `${retired}/${name}`));
    }
    return [...deleted, ...segments];
  }

  async #names(folder: string): Promise<string[]> {
    const path = join(this.#options.folder, folder);
    if ((await this.#options.fs.stat(path)) === undefined) return [];
    return (await this.#options.fs.list(path)).map(({ name }) => name);
  }

  /** False when it must not go yet. */
  async #delete(path: string): Promise<boolean> {
    const { fs, folder, logger } = this.#options;
    const [kind, conversationId = ""] = path.split("/");
    if (kind === "trash") await fs.removeFolder(join(folder, path));
    else if (await this.#isReplaced(conversationId, join(folder, path))) await fs.remove(join(folder, path));
    else return false;
    // Before its age is forgotten: else it would be back after a loss of power, as if it were new.
    await fs.syncFolder(dirname(join(folder, path)));
    logger.info(`${kind === "trash" ? "a deleted conversation" : "an old segment"} was removed for good: ${path}`);
    return true;
  }

  async #isReplaced(conversationId: string, path: string): Promise<boolean> {
    const { fs, keys } = this.#options;
    const folder = join(this.#options.folder, "conversations", conversationId);
    const { retired, snapshots } = await logFiles(fs, folder);
    const segment = retired.find((file) => file.path === path);
    const newer = snapshots.filter((snapshot) => segment !== undefined && byPlace(segment, snapshot) < 0);
    let whole = 0;
    for (const snapshot of newer) {
      if (await isWholeSnapshot({ fs, keys, folder, conversationId }, snapshot)) whole++;
    }
    return whole >= SNAPSHOTS;
  }
}

/**
 * What is new has waited no time; what was there at the last sweep has waited longer by what has passed since, a day at most,
 * so that a clock that is set forward empties nothing, and one that is set back takes nothing away.
 */
function aged(before: Ages | null, waiting: readonly string[], now: Date): Record<string, number> {
  const passed = before === null ? 0 : now.getTime() - Date.parse(before.sweptAt);
  const passedMs = Math.min(Math.max(passed, 0), DAY_MS) || 0;
  return Object.fromEntries(
    waiting.map((path) => {
      const waitedMs = before?.waitedMs[path];
      return [path, waitedMs === undefined ? 0 : waitedMs + passedMs];
    }),
  );
}
