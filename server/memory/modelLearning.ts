import type { Turn } from "../protocol/transcript.ts";
import type { Clock } from "../util/clock.ts";
import type { Log } from "../util/log.ts";
import { decideCandidate } from "./learning/decide.ts";
import { type AskModel, type Candidate, extract } from "./learning/extraction.ts";
import type { Utterance } from "./learning/utterance.ts";
import { knownIn, type Remembering, utterancesOf } from "./remembering.ts";
import type { Shelves } from "./shelves.ts";

export interface ModelLearningOptions {
  readonly shelves: Shelves;
  readonly remembering: Pick<Remembering, "apply">;
  /** Whether a message was forgotten since. */
  readonly isForgotten: (conversationId: string, turnId: string) => boolean;
  /** The model that answered this turn, if it may be asked beside the conversation. */
  readonly modelFor: (turn: Turn) => AskModel | undefined;
  /** Whether a model may be asked that nobody waits for; counts it. */
  readonly mayAsk: () => boolean;
  readonly clock: Clock;
  readonly logger: Log;
}

/** Nobody has said anything for so long: the model has nothing else to do. */
const QUIET_MS = 20_000;
const MAX_TURNS = 6;
const TIMEOUT_MS = 60_000;

/**
 * Asks the model, when it is quiet, what of the last turns is worth remembering: one call for all of them. Rules have learned from
 * them before; what the model adds must rest on the user's own words and pass the same gates. The next message ends the call.
 */
export class ModelLearning {
  readonly #options: ModelLearningOptions;
  #turns: Noted[] = [];
  #cancel: (() => void) | undefined;
  #asking: AbortController | undefined;

  constructor(options: ModelLearningOptions) {
    this.#options = options;
  }

  note(conversationId: string, turn: Turn): void {
    const { clock, logger, modelFor } = this.#options;
    this.#asking?.abort();
    if ((turn.kind !== "chat" && turn.kind !== "mixed") || modelFor(turn) === undefined) return;
    if (this.#turns.some((noted) => noted.conversationId !== conversationId)) this.#turns = [];
    this.#turns = [...this.#turns, { conversationId, turn }].slice(-MAX_TURNS);
    this.#cancel?.();
    this.#cancel = clock.after(QUIET_MS, () => {
      void this.#learn().catch((error) => logger.warn(`the model could not be asked what to remember: ${error}`));
    });
  }

  close(): void {
    this.#cancel?.();
    this.#asking?.abort();
  }

  async #learn(): Promise<void> {
    const { modelFor, mayAsk, clock } = this.#options;
    this.#turns = this.#turns.filter((noted) => this.#isThere(noted));
    const turns = this.#turns;
    const last = turns.at(-1)?.turn;
    const ask = last && modelFor(last);
    // They are asked about with the next ones.
    if (ask === undefined || !mayAsk()) return;
    const asking = new AbortController();
    this.#asking = asking;
    const cancelTimer = clock.after(TIMEOUT_MS, () => asking.abort());
    const candidates = await extract(turns.flatMap(saidIn), ask, asking.signal);
    cancelTimer();
    // The next message ended it: they are asked about with that.
    if (asking.signal.aborted) return;
    this.#turns = this.#turns.filter((noted) => !turns.includes(noted));
    for (const candidate of candidates) await this.#take(candidate, turns);
  }

  async #take(candidate: Candidate, turns: readonly Noted[]): Promise<void> {
    const { shelves, remembering } = this.#options;
    for (const noted of turns) {
      const utterance = saidIn(noted).find(({ seq, origin }) => seq === candidate.seq && origin === "user");
      // What was forgotten while the model thought about it is not learned from.
      if (utterance === undefined || !this.#isThere(noted)) continue;
      await remembering.apply(decideCandidate(candidate, utterance, await knownIn(shelves)), noted.turn);
    }
  }

  #isThere({ conversationId, turn }: Noted): boolean {
    return !this.#options.isForgotten(conversationId, turn.accepted.turnId);
  }
}

interface Noted {
  readonly conversationId: string;
  readonly turn: Turn;
}

function saidIn({ conversationId, turn }: Noted): Utterance[] {
  return utterancesOf(conversationId, turn);
}
