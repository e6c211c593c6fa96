import type { TurnPart, TurnParts, TurnRequest, TurnRun, TurnRunner } from "../../server/context/turn.ts";
import type { ModelName } from "../../server/protocol/events.ts";
import { AsyncQueue } from "../../server/util/asyncQueue.ts";

/** Answers turns piece by piece, as a test says. */
export class ScriptedRunner implements TurnRunner {
  /** Every turn that was started, oldest first. */
  readonly turns: ScriptedTurn[] = [];

  async run(request: TurnRequest, signal: AbortSignal): Promise<TurnRun> {
    const turn = new ScriptedTurn(request, signal);
    this.turns.push(turn);
    return { kind: "chat", parts: turn.parts() };
  }

  get last(): ScriptedTurn {
    const turn = this.turns.at(-1);
    if (turn === undefined) throw new Error("no turn was started");
    return turn;
  }
}

export class ScriptedTurn {
  readonly request: TurnRequest;
  readonly signal: AbortSignal;
  readonly #parts = new AsyncQueue<TurnPart | Error>();

  constructor(request: TurnRequest, signal: AbortSignal) {
    this.request = request;
    this.signal = signal;
  }

  say(text: string): void {
    this.#parts.push({ type: "text", text });
  }

  emit(part: TurnPart): void {
    this.#parts.push(part);
  }

  finish(): void {
    this.#parts.push({ type: "end", stopReason: "complete" });
    this.#parts.end();
  }

  /** Complete, by this model. */
  end(model: ModelName): void {
    this.#parts.push({ type: "end", stopReason: "complete", model });
    this.#parts.end();
  }

  fail(error: Error): void {
    this.#parts.push(error);
    this.#parts.end();
  }

  async *parts(): TurnParts {
    for await (const part of this.#parts) {
      if (part instanceof Error) throw part;
      yield part;
    }
  }
}
