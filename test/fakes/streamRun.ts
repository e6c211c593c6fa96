import type { LanguageModel, ModelPart, ModelRequest } from "../../server/llm/languageModel.ts";

/** A stream that is read in the background, as the engine would. */
export interface StreamRun {
  readonly parts: readonly ModelPart[];
  /** The text parts, joined. */
  readonly text: string;
  readonly ended: boolean;
  /** What it threw; undefined while it runs or when it ended well. */
  readonly error: unknown;
  /** Resolves when it ends, in whatever way. */
  readonly end: Promise<void>;
  stop(reason?: unknown): void;
}

export function run(model: LanguageModel, request: ModelRequest = ask("Hello?")): StreamRun {
  const controller = new AbortController();
  const state = { parts: [] as ModelPart[], text: "", ended: false, error: undefined as unknown };
  const read = async () => {
    try {
      for await (const part of model.stream(request, controller.signal)) {
        state.parts.push(part);
        if (part.type === "text") state.text += part.text;
      }
    } catch (error) {
      state.error = error;
    }
    state.ended = true;
  };
  return Object.assign(state, { end: read(), stop: (reason?: unknown) => controller.abort(reason) });
}

export function ask(question: string): ModelRequest {
  return {
    messages: [{ role: "user", content: question }],
    question,
    code: [],
    maxTokens: 256,
  };
}
