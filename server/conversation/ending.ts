import type { TurnPart } from "../context/turn.ts";
import type { DoneEvent, ModelName } from "../protocol/events.ts";
import { toEventError } from "../util/errors.ts";

/** How a turn ended: the "end" part of its answer, or whatever broke it off. */
export type Outcome = { readonly end: Extract<TurnPart, { type: "end" }> } | { readonly failure: unknown };

/** Why a reply in flight was ended from outside. */
export class Stopped extends Error {
  readonly stopReason: "cancelled" | "interrupted";

  constructor(stopReason: "cancelled" | "interrupted") {
    super(stopReason);
    this.stopReason = stopReason;
  }
}

export type Ending = Pick<DoneEvent, "stopReason" | "error" | "model" | "usage" | "choices">;

/** What is said of it. An answer that broke off after some text is interrupted; without any it is an error. */
export function endingOf(outcome: Outcome, hasText: boolean, model: ModelName | undefined): Ending {
  if ("end" in outcome) {
    const { stopReason, usage, choices } = outcome.end;
    return { stopReason, model: outcome.end.model, usage, ...(choices && { choices }) };
  }
  const { failure } = outcome;
  if (failure instanceof Stopped) {
    return failure.stopReason === "cancelled" ? { stopReason: "cancelled", model } : interrupted("was closed", model);
  }
  return { stopReason: hasText ? "interrupted" : "error", error: toEventError(failure), model };
}

/** The answer was cut short by the end of the server itself. */
export function interrupted(how: "was closed" | "stopped", model: ModelName | undefined): Ending {
  const message = `RubberDuck ${how} before the answer was complete. What had arrived is kept.`;
  return { stopReason: "interrupted", error: { code: "modelUnavailable", message }, model };
}
