import type { CodeAnchor, Memory } from "../protocol/memory.ts";
import type { Clock } from "../util/clock.ts";
import type { Log } from "../util/log.ts";
import { type CodeReader, check, type Stale } from "./anchors.ts";

export interface AnchorWatchOptions {
  /** What may go stale, or is. */
  readonly memories: () => readonly Memory[];
  readonly code: CodeReader;
  /** Called for each one that is stale now and was not, or the other way round: undefined when its code is as it was. */
  readonly onChange: (id: string, stale: Stale | undefined) => void;
  readonly clock: Clock;
  readonly logger: Log;
}

/** Files change many at a time: another branch, a build, all that is saved at once. */
const SETTLES_MS = 2000;

/** Looks at the code that memories speak of when it changes, and at no other time. */
export class AnchorWatch {
  readonly #options: AnchorWatchOptions;
  readonly #changed = new Set<string>();
  #cancel: (() => void) | undefined;
  #checking: Promise<void> = Promise.resolve();

  constructor(options: AnchorWatchOptions) {
    this.#options = options;
  }

  /** Files or folders were created, changed or deleted; relative. */
  changed(paths: readonly string[]): void {
    const isAnchored = this.#options.memories().some(({ anchors }) => anchors.length > 0);
    if (!isAnchored || paths.length === 0) return;
    for (const path of paths) this.#changed.add(path);
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(SETTLES_MS, () => {
      const settled = [...this.#changed];
      this.#changed.clear();
      void this.#check(({ path }) => settled.some((other) => path === other || path.startsWith(`${other}/`)));
    });
  }

  /** Looks at all of it: what changed while nobody looked. */
  checkAll(): Promise<void> {
    return this.#check(() => true);
  }

  close(): void {
    this.#cancel?.();
  }

  /** One look after another, so that the last one says how it is. */
  #check(isAsked: (anchor: CodeAnchor) => boolean): Promise<void> {
    const { logger } = this.#options;
    this.#checking = this.#checking
      .then(() => this.#checkNow(isAsked))
      .catch((error) => logger.warn(`the code that memories speak of could not be looked at: ${error}`));
    return this.#checking;
  }

  async #checkNow(isAsked: (anchor: CodeAnchor) => boolean): Promise<void> {
    const { memories, code, onChange } = this.#options;
    for (const { id, status, anchors, because } of memories()) {
      if ((status !== "active" && status !== "stale") || !anchors.some(isAsked)) continue;
      const stale = await check(anchors, code);
      if (stale?.because !== (status === "stale" ? because : undefined)) onChange(id, stale);
    }
  }
}
