import type { LanguageModel, ModelPart } from "./languageModel.ts";

/** Answers where nothing may be read and no model may be asked: it says why, once. */
export class RestrictedModel implements LanguageModel {
  readonly name = { kind: "offline" as const, id: "offline" };
  /** Nothing is sent anywhere. */
  readonly contextWindowTokens = 32_768;
  readonly #why: string;

  /** `why`: a sentence with what to do. */
  constructor(why: string) {
    this.#why = why;
  }

  async *stream(): AsyncGenerator<ModelPart, void> {
    yield { type: "text", text: `**No model was used.** ${this.#why}` };
    yield { type: "finish", reason: "complete" };
  }
}
