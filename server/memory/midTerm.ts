import { basename } from "node:path/posix";
import type { Pattern } from "../protocol/memory.ts";
import type { JsonFile } from "../store/jsonFile.ts";
import type { Clock } from "../util/clock.ts";
import type { Log } from "../util/log.ts";
import { Mutex } from "../util/mutex.ts";
import { intentsOf } from "./intents.ts";
import type { KeptPatterns } from "./keptPatterns.ts";
import { commandsIn, errorsIn } from "./mentioned.ts";
import { faded, type NotedTurn, observed, type TurnIds, withoutTurns, worthKeeping } from "./patternExtractor.ts";

export interface MidTermOptions {
  readonly file: JsonFile<KeptPatterns>;
  /** What a file is called, by its absolute path. */
  readonly label: (path: string) => string;
  readonly clock: Clock;
  readonly logger: Log;
}

const BUFFERED = 50;
const EXTRACT_AFTER_MS = 5 * 60_000;
/** Nothing was said for so long. */
const IDLE_AFTER_MS = 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** The most frequent ones. */
const MAX_KEPT = 500;
/** Patterns that were not seen often enough yet to be kept. */
const MAX_HELD = 3000;
const MAX_COUNTED = 2000;
const MAX_MATCHING = 5;

/**
 * The mid-term tier: what is asked and done again and again in a workspace. Turns wait in a buffer until somebody looks what
 * recurs in them; no timer runs while it is empty. A pattern that was seen less than three times is held in memory alone.
 */
export class MidTerm {
  readonly #options: MidTermOptions;
  readonly #mutex = new Mutex();
  readonly #counted = new Set<string>();
  /** What this process has counted, for every pattern. */
  readonly #countedHere = new Set<string>();
  #patterns: readonly Pattern[] = [];
  /** Those of the file. */
  #kept: ReadonlySet<string> = new Set();
  #lookedAtMs: number | undefined;
  #buffer: NotedTurn[] = [];
  #isLoaded = false;
  #cancelExtract: (() => void) | undefined;
  #cancelIdle: (() => void) | undefined;

  constructor(options: MidTermOptions) {
    this.#options = options;
  }

  /**
   * Counts a turn, soon. To be told again of one that was counted, in this process or an earlier one, does no harm: it brings
   * back what was held in memory alone.
   */
  note(turn: NotedTurn): void {
    const { clock } = this.#options;
    this.#buffer.push(turn);
    const extract = () => void this.extract();
    if (this.#buffer.length >= BUFFERED) {
      extract();
      return;
    }
    this.#cancelExtract ??= clock.after(EXTRACT_AFTER_MS, extract);
    this.#cancelIdle?.();
    this.#cancelIdle = clock.after(IDLE_AFTER_MS, extract);
  }

  /** The most frequent first. */
  async all(): Promise<Pattern[]> {
    return this.#mutex.run(async () => {
      await this.#load().catch((error) => this.#options.logger.warn(`the patterns could not be read: ${error}`));
      return worthKeeping(faded(this.#patterns, this.#passedMs()), this.#kept);
    });
  }

  /** Those that a question touches, the most frequent first; of what is loaded. */
  matching(query: string): Pattern[] {
    const isTouched = touchedBy(query);
    return worthKeeping(this.#patterns.filter(isTouched), this.#kept).slice(0, MAX_MATCHING);
  }

  /** Looks what recurs in the turns that wait, and keeps it. A file that cannot be written is no loss: it is tried again. */
  async extract(): Promise<void> {
    this.#cancelExtract?.();
    this.#cancelIdle?.();
    this.#cancelExtract = undefined;
    await this.#mutex.run(async () => {
      if (this.#buffer.length === 0) return;
      try {
        await this.#load();
        this.#count(this.#buffer.splice(0));
        const { patterns } = await this.#options.file.update(() => this.#snapshot());
        this.#kept = idsOf(patterns);
      } catch (error) {
        this.#buffer = this.#buffer.slice(1 - BUFFERED);
        this.#options.logger.warn(`the patterns could not be kept: ${error}`);
      }
    });
  }

  /**
   * Once it resolves, nothing of these turns is in memory or in a file, of an earlier generation neither; without turns, of all
   * of the conversation. Throws DuckError storeFailed; then it is to be done again.
   */
  async forget(conversationId: string, turnIds?: readonly string[]): Promise<void> {
    const isForgotten = (turn: TurnIds) =>
      turn.conversationId === conversationId && (turnIds === undefined || turnIds.includes(turn.turnId));
    await this.#mutex.run(async () => {
      this.#buffer = this.#buffer.filter((turn) => !isForgotten(turn));
      await this.#load();
      this.#patterns = withoutTurns(this.#patterns, isForgotten);
      const { file } = this.#options;
      if (this.#lookedAtMs === undefined && !file.wasDamaged) return;
      this.#lookedAtMs ??= this.#options.clock.now().getTime();
      await file.purge(() => this.#snapshot());
      this.#kept = idsOf(this.#snapshot().patterns);
    });
  }

  /** Another process writes the file now. */
  abandon(): void {
    this.#buffer = [];
    this.#cancelExtract?.();
    this.#cancelIdle?.();
  }

  async close(): Promise<void> {
    await this.extract();
    this.#cancelIdle?.();
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    const { lookedAt, counted, patterns } = await this.#options.file.read();
    this.#isLoaded = true;
    this.#lookedAtMs = lookedAt === "" ? undefined : Date.parse(lookedAt);
    this.#patterns = patterns;
    this.#kept = idsOf(patterns);
    for (const key of counted) this.#counted.add(key);
  }

  /** What an earlier process has counted is in the patterns of the file already, and in no other. */
  #count(turns: readonly NotedTurn[]): void {
    const { clock, label } = this.#options;
    const news = turns.filter((turn, index) => {
      const isFirst = turns.findIndex((other) => keyOf(other) === keyOf(turn)) === index;
      return isFirst && !this.#countedHere.has(keyOf(turn));
    });
    const known = news.filter((turn) => this.#counted.has(keyOf(turn)));
    const fresh = news.filter((turn) => !this.#counted.has(keyOf(turn)));
    const before = faded(this.#patterns, this.#passedMs());
    const isKept = ({ id }: Pattern) => this.#kept.has(id);
    const others = before.filter((pattern) => !isKept(pattern));
    const held = observed(others, known, label).filter((pattern) => !isKept(pattern));
    this.#patterns = observed([...before.filter(isKept), ...held], fresh, label)
      .sort((a, b) => b.frequency - a.frequency)
      .slice(0, MAX_HELD);
    this.#lookedAtMs = clock.now().getTime();
    for (const turn of news) {
      this.#countedHere.add(keyOf(turn));
      this.#counted.add(keyOf(turn));
    }
  }

  #snapshot(): KeptPatterns {
    return {
      lookedAt: new Date(this.#lookedAtMs ?? 0).toISOString(),
      counted: [...this.#counted].slice(-MAX_COUNTED),
      patterns: worthKeeping(this.#patterns, this.#kept).slice(0, MAX_KEPT),
    };
  }

  /** Since somebody looked last: a day at most, so that a clock that is set forward takes nothing away. */
  #passedMs(): number {
    const passed = this.#options.clock.now().getTime() - (this.#lookedAtMs ?? Number.NaN);
    return Math.min(Math.max(passed, 0), DAY_MS) || 0;
  }
}

function idsOf(patterns: readonly Pattern[]): ReadonlySet<string> {
  return new Set(patterns.map(({ id }) => id));
}

function keyOf({ conversationId, turnId }: TurnIds): string {
  return `${conversationId}:${turnId}`;
}

/** A file by its path, its name or that without its ending; a symbol by its name; others as they are found in a message. */
function touchedBy(query: string): (pattern: Pattern) => boolean {
  const lower = query.toLowerCase();
  const words = new Set(lower.match(/[\p{L}\p{N}_$]+/gu));
  const found = new Set([...intentsOf(query, undefined), ...commandsIn(query), ...errorsIn(query)]);
  return ({ kind, label }) => {
    if (found.has(label)) return true;
    if (kind === "symbol")
      return (
        words.has(label.toLowerCase()) ||
        words.has(
          label
            .toLowerCase()
            .split(/[.#:]+/)
            .at(-1) ?? "",
        )
      );
    if (kind !== "file") return (kind === "command" || kind === "error") && lower.includes(label.toLowerCase());
    const name = basename(label.toLowerCase());
    return lower.includes(name) || words.has(name.replace(/\..*$/, ""));
  };
}
