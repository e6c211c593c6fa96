import type { RecallItem } from "../server/memory/recall/recallItem.ts";
import type { Memory } from "../server/protocol/memory.ts";
import { seeded } from "../test/unit/secrets/random.ts";

/** Turns in one conversation. */
const TURNS = 50;
const DAY_MS = 24 * 60 * 60_000;

const NOUNS =
  "parser queue cache token server route migration schema build pipeline worker socket index shard cursor buffer session ledger invoice customer webhook retry timeout lock snapshot release branch tag bundle theme panel toolbar dialog chart report export import backup replica cluster node gateway proxy certificate key secret policy role permission audit trace metric alert dashboard scheduler cron batch stream topic partition offset consumer producer compiler linter formatter fixture mock stub benchmark profiler heap thread mutex".split(
    " ",
  );
const VERBS =
  "rewrites checks drops merges splits caches retries logs signs encrypts parses validates rejects accepts schedules replays snapshots compresses streams batches indexes renames exports imports migrates restarts watches polls pushes pulls".split(
    " ",
  );
const REASONS = [
  "because the old one was too slow",
  "since nobody could test it",
  "so that a restart loses nothing",
  "as the customer asked for it",
  "until the new release is out",
  "because it failed twice last week",
  "so the numbers add up",
  "since the licence forbids it",
];
const FORMS = [
  (a: string, verb: string, b: string, why: string) => `The ${a} ${verb} the ${b} ${why}.`,
  (a: string, verb: string, b: string, why: string) => `We decided that the ${a} ${verb} every ${b}, ${why}.`,
  (a: string, verb: string, b: string) => `Can you look why the ${a} ${verb} the ${b} twice?`,
  (a: string, verb: string, b: string, why: string) => `I would rather have a ${b} that ${verb} the ${a} ${why}.`,
];

/** What people might have said about their code: always the same for a seed, in conversations of fifty turns. */
export class MadeTalk {
  readonly #random = seeded(5);

  items(count: number, nowMs: number): RecallItem[] {
    return Array.from({ length: count }, (_, i) => {
      const [conversation, position] = [Math.floor(i / TURNS), i % TURNS];
      return {
        id: `conversation-${conversation}:turn-${position}:${position % 2 === 0 ? "user" : "assistant"}`,
        kind: "episode",
        text: this.#text(1 + Math.floor(this.#random() * 3)),
        speaker: position % 2 === 0 ? "user" : "assistant",
        atMs: nowMs - (count - i) * 60_000,
        session: `conversation-${conversation}`,
        position,
      };
    });
  }

  memories(count: number, nowMs: number): Memory[] {
    return Array.from({ length: count }, (_, i) => {
      const at = new Date(nowMs - this.#random() * 90 * DAY_MS).toISOString();
      return {
        id: `memory-${i}`,
        kind: "fact",
        text: this.#text(1),
        scope: { kind: "workspace" },
        status: "active",
        sources: [{ who: "user", conversationId: "conversation-1", turnId: `turn-${i}`, at }],
        anchors: [],
        confidence: 0.8,
        createdAt: at,
        updatedAt: at,
        uses: 0,
        pinned: false,
        supersedes: [],
      };
    });
  }

  questions(count: number): string[] {
    return Array.from({ length: count }, () => `Why does the ${this.#one(NOUNS)} need the ${this.#one(NOUNS)}?`);
  }

  #text(sentences: number): string {
    return Array.from({ length: sentences }, () =>
      this.#one(FORMS)(this.#one(NOUNS), this.#one(VERBS), this.#one(NOUNS), this.#one(REASONS)),
    ).join(" ");
  }

  #one<T>(list: readonly T[]): T {
    const one = list[Math.floor(this.#random() * list.length)];
    if (one === undefined) throw new RangeError("an empty list");
    return one;
  }
}
