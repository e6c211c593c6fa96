import { SOON } from "../context/compaction.ts";
import type { MadeSummary, Summarizer } from "../context/summarizer.ts";
import type { PersistedEvent } from "../protocol/events.ts";
import { visibleTurns } from "../protocol/transcript.ts";
import type { Log } from "../util/log.ts";
import type { Journal } from "./journal.ts";

export interface SummariesOptions {
  readonly summarizer: Summarizer;
  readonly journal: Journal;
  readonly logger: Log;
  /** Runs a task when nothing else is written; throws when the conversation is closed. */
  readonly write: <T>(task: () => Promise<T>) => Promise<T>;
}

/** Has earlier messages of a conversation summarised once they take much of their room: beside it, so that nobody waits. */
export class Summaries {
  readonly #options: SummariesOptions;
  #making: AbortController | undefined;

  constructor(options: SummariesOptions) {
    this.#options = options;
  }

  /** Nothing waits for it, the next message ends it, and its failure is no failure. */
  async make(): Promise<void> {
    const { summarizer, journal, logger } = this.#options;
    const making = new AbortController();
    this.#making?.abort();
    this.#making = making;
    const { summaries, modelChoice: choice } = journal.transcript;
    const history = visibleTurns(journal.transcript).filter(({ state }) => state === "done");
    try {
      const due = { history, summaries, choice, share: SOON, inBackground: true } as const;
      const made = await summarizer.summarize(due, making.signal);
      if (made !== undefined && !making.signal.aborted) await this.keep(made);
    } catch (error) {
      if (!making.signal.aborted) logger.warn(`a summary could not be made or kept: ${error}`);
    }
  }

  /** Not when one of its turns was forgotten meanwhile. */
  async keep({ turnIds, summary, usage }: MadeSummary): Promise<void> {
    const { journal, write } = this.#options;
    await write(async () => {
      const covered = new Set(turnIds);
      const { turns } = journal.transcript;
      if (turns.some(({ accepted, forgotten }) => forgotten !== undefined && covered.has(accepted.turnId))) return;
      const event = journal.number({ type: "compacted", turnIds, summary, ...(usage && { usage }) });
      await journal.commit([event as PersistedEvent]);
    });
  }

  stop(): void {
    this.#making?.abort();
  }
}
