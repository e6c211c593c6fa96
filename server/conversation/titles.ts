import type { Titler } from "../context/titler.ts";
import type { Turn } from "../protocol/transcript.ts";
import type { Log } from "../util/log.ts";
import type { Journal, Unnumbered } from "./journal.ts";

export interface TitlesOptions {
  readonly titler: Titler;
  readonly journal: Journal;
  readonly logger: Log;
  /** Writes it; throws when the conversation is closed. */
  readonly keep: (titled: Unnumbered) => Promise<void>;
}

/** A title is made of the first answer that there is; not of what comes long after. */
const TITLED_WITHIN_TURNS = 3;

/** Has a conversation titled by a model, once it has answered: beside it, so that nobody waits. */
export class Titles {
  readonly #options: TitlesOptions;
  #making: AbortController | undefined;

  constructor(options: TitlesOptions) {
    this.#options = options;
  }

  /** Nothing waits for it, the next message ends it, and its failure is no failure. */
  async make(turn: Turn): Promise<void> {
    const { titler, journal, logger, keep } = this.#options;
    if (!isWanted(journal.transcript) || !isAnswered(turn)) return;
    const making = new AbortController();
    this.#making?.abort();
    this.#making = making;
    try {
      const made = await titler.title(turn, journal.transcript.modelChoice, making.signal);
      if (made === undefined || making.signal.aborted || journal.transcript.titledByUser) return;
      await keep({ type: "titled", byUser: false, byModel: true, from: turn.accepted.turnId, ...made });
    } catch (error) {
      if (!making.signal.aborted) logger.warn(`a title could not be made or kept: ${error}`);
    }
  }

  stop(): void {
    this.#making?.abort();
  }
}

function isWanted({ titledByUser, titledByModel, turns }: Journal["transcript"]): boolean {
  return !titledByUser && !titledByModel && turns.length <= TITLED_WITHIN_TURNS;
}

/** In words, by a model. */
function isAnswered({ kind, stopReason, model, forgotten }: Turn): boolean {
  const isTalk = kind === "chat" || kind === "mixed";
  return isTalk && forgotten === undefined && stopReason === "complete" && model?.kind !== "offline";
}
