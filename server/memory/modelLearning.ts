import type { Turn } from "../protocol/transcript.ts";
import type { Clock } from "../util/clock.ts";
import type { Log } from "../util/log.ts";
import { decideCandidate } from "./learning/decide.ts";
import { type AskModel, extract } from "./learning/extraction.ts";
import { type Remembering, utterancesOf } from "./remembering.ts";
import type { Shelves } from "./shelves.ts";

export interface ModelLearningOptions {
  readonly shelves: Shelves;
  readonly remembering: Pick<Remembering, "apply">;
  /** The model that answered this turn, if it may be asked beside the conversation. */
  readonly modelFor: (turn: Turn) => AskModel | undefined;
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
  #turns: { readonly conversationId: string; readonly turn: Turn }[] = [];
  #cancel: (() => void) | undefined;
  #asking: AbortController | undefined;

  constructor(options: ModelLearningOptions) {
    this.#options = options;
  }

  note(conversationId: string, turn: Turn): void {
    const { clock, logger, modelFor } = this.#options;
    this.#asking?.abort();
    if (turn.kind !== "chat" || modelFor(turn) === undefined) return;
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
    const { shelves, remembering, modelFor, clock } = this.#options;
    const turns = this.#turns;
    this.#turns = [];
    const last = turns.at(-1)?.turn;
    const ask = last && modelFor(last);
    if (ask === undefined) return;
    const asking = new AbortController();
    this.#asking = asking;
    const cancelTimer = clock.after(TIMEOUT_MS, () => asking.abort());
    const said = turns.flatMap(({ conversationId, turn }) => utterancesOf(conversationId, turn));
    const candidates = await extract(said, ask, asking.signal);
    cancelTimer();
    for (const candidate of asking.signal.aborted ? [] : candidates) {
      const utterance = said.find(({ seq, origin }) => seq === candidate.seq && origin === "user");
      const turn = turns.find((noted) => noted.turn.accepted.turnId === utterance?.turnId)?.turn;
      if (utterance === undefined || turn === undefined) continue;
      await remembering.apply(decideCandidate(candidate, utterance, shelves.all()), turn);
    }
  }
}
