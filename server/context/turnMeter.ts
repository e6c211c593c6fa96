import type { Snapshot } from "../protocol/introspection.ts";
import { Samples } from "../telemetry/samples.ts";
import { Tally } from "../telemetry/tally.ts";
import type { Clock } from "../util/clock.ts";
import type { TurnPart, TurnParts, TurnRequest, TurnRun, TurnRunner } from "./turn.ts";

/** Answers turns as another runner does, and counts how that goes. */
export class TurnMeter implements TurnRunner {
  readonly #runner: TurnRunner;
  readonly #clock: Clock;
  readonly #ended = new Tally();
  readonly #firstText = new Samples();
  readonly #whole = new Samples();
  #promptTokens = 0;
  #completionTokens = 0;

  constructor(runner: TurnRunner, clock: Clock) {
    this.#runner = runner;
    this.#clock = clock;
  }

  get turns(): Snapshot["turns"] {
    return {
      ended: this.#ended.counts,
      firstTextMs: this.#firstText.percentiles,
      wholeMs: this.#whole.percentiles,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
    };
  }

  async run(request: TurnRequest, signal: AbortSignal): Promise<TurnRun> {
    const beganMs = this.#clock.monotonicMs();
    try {
      const run = await this.#runner.run(request, signal);
      return { ...run, parts: this.#measured(run.parts, beganMs, signal) };
    } catch (error) {
      this.#ended.add(signal.aborted ? "cancelled" : "failed");
      throw error;
    }
  }

  async *#measured(parts: TurnParts, beganMs: number, signal: AbortSignal): TurnParts {
    let hasText = false;
    let end: Extract<TurnPart, { type: "end" }> | undefined;
    try {
      for await (const part of parts) {
        if (part.type === "text" && !hasText) {
          hasText = true;
          this.#firstText.add(this.#clock.monotonicMs() - beganMs);
        }
        if (part.type === "end") end = part;
        yield part;
      }
    } finally {
      this.#ended.add(end?.stopReason ?? (signal.aborted ? "cancelled" : "failed"));
      this.#whole.add(this.#clock.monotonicMs() - beganMs);
      this.#promptTokens += end?.usage?.promptTokens ?? 0;
      this.#completionTokens += end?.usage?.completionTokens ?? 0;
    }
  }
}
