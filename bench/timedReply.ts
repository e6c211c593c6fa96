import { setTimeout } from "node:timers/promises";
import { DONE, delta, event, type Reply } from "../test/fakes/modelServer.ts";
import { nowMs } from "./clock.ts";

export interface ReplyPace {
  readonly tokens: number;
  /** Before each token, the first too. */
  readonly tokenMs: number;
}

/**
 * A streamed answer whose every token tells when the request had arrived and when the token was written, so that whoever
 * reads it knows what the way took without asking.
 */
export function timedReply({ tokens, tokenMs }: ReplyPace): Reply {
  return { type: "raw", chunks: chunks(nowMs(), tokens, tokenMs) };
}

async function* chunks(arrivedMs: number, tokens: number, tokenMs: number): AsyncGenerator<string> {
  for (let token = 0; token < tokens; token++) {
    await setTimeout(tokenMs);
    yield delta({ content: `${arrivedMs.toFixed(3)}/${nowMs().toFixed(3)} ` });
  }
  yield delta({}, "stop");
  yield event({ choices: [], usage: { prompt_tokens: 1000, completion_tokens: tokens } });
  yield DONE;
}

/** How long one turn took on the way there and back, in ms. */
export interface TurnTimes {
  /** Sent → the request is at the endpoint, read and parsed. */
  readonly requestMs: number;
  /** The endpoint writes its first token → it is here. */
  readonly firstTokenMs: number;
  /** The same for each token after it. */
  readonly tokenMs: readonly number[];
  /** Sent → `accepted` is here: the message is on disk. Only where there is such an event. */
  readonly acceptedMs?: number;
  /** The model was asked for a summary first: part of this is what that took. */
  readonly isAfterSummary?: boolean;
}

/** Collects the times of one turn from the pieces of its answer. */
export class TurnClock {
  readonly #sentMs = nowMs();
  readonly #tokenMs: number[] = [];
  #requestMs = Number.NaN;
  #acceptedMs: number | undefined;
  #isAfterSummary = false;

  accepted(): void {
    this.#acceptedMs = nowMs() - this.#sentMs;
  }

  /** A summary of earlier messages is asked for. */
  summarising(): void {
    this.#isAfterSummary = true;
  }

  /** One or more whole tokens of {@link timedReply}. */
  text(text: string): void {
    const atMs = nowMs();
    for (const token of text.trim().split(" ")) {
      const [arrivedMs = Number.NaN, writtenMs = Number.NaN] = token.split("/").map(Number);
      this.#requestMs = arrivedMs - this.#sentMs;
      this.#tokenMs.push(atMs - writtenMs);
    }
  }

  get times(): TurnTimes {
    const [firstTokenMs, ...tokenMs] = this.#tokenMs;
    if (firstTokenMs === undefined) throw new Error("The answer had no text.");
    return {
      requestMs: this.#requestMs,
      firstTokenMs,
      tokenMs,
      acceptedMs: this.#acceptedMs,
      isAfterSummary: this.#isAfterSummary,
    };
  }
}
