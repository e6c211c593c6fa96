import type { ModelPart, ModelRequest } from "../../server/llm/languageModel.ts";
import type { EndpointModel } from "../../server/llm/openai.ts";
import type { OfferedModel } from "../../server/llm/prices.ts";

/** What one try does: gives parts, throws an error, or waits for a promise, for ever if it never ends. */
export type Step = ModelPart | Error | Promise<unknown>;

/** An endpoint in memory: each try does the next script, the last one again when there is no more. */
export class ScriptedModel implements EndpointModel {
  readonly name = { kind: "openai", id: "scripted" } as const;
  readonly host = "api.example.test";
  contextWindowTokens = 8192;
  takesTools = true;
  /** What it was asked, the oldest first. */
  readonly requests: ModelRequest[] = [];
  /** How often it was asked. */
  tries = 0;
  /** The signals it was given, one for each try. */
  readonly signals: AbortSignal[] = [];
  /** Tells the watchdog that bytes came. */
  onActivity = () => {};
  readonly #scripts: readonly (readonly Step[])[];

  constructor(...scripts: readonly (readonly Step[])[]) {
    this.#scripts = scripts;
  }

  async *stream(request: ModelRequest, signal: AbortSignal, onActivity = () => {}): AsyncGenerator<ModelPart> {
    this.signals.push(signal);
    this.requests.push(request);
    this.onActivity = onActivity;
    const script = this.#scripts[Math.min(this.tries++, this.#scripts.length - 1)] ?? [];
    for (const step of script) {
      if (step instanceof Promise) await step;
      else if (step instanceof Error) throw step;
      else yield step;
    }
  }

  async listModels(): Promise<OfferedModel[]> {
    return [{ name: this.name.id }];
  }
}

export const said = (text: string): ModelPart => ({ type: "text", text });
export const calls = (name: string, input: unknown, id = "call_0"): ModelPart => ({
  type: "toolCall",
  call: { id, name, arguments: typeof input === "string" ? input : JSON.stringify(input) },
});
export const finished: ModelPart = { type: "finish", reason: "complete" };
export const forever = new Promise<never>(() => {});
