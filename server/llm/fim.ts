/** How a model that was taught to fill in the middle is told where the middle is. */
export interface FimTemplate {
  render(prefix: string, suffix: string): string;
  /** What ends an answer: the family's own marks. */
  readonly stop: readonly string[];
}

/**
 * By the model's name, as its makers write the tokens: model cards of Qwen2.5-Coder, DeepSeek-Coder, Code Llama, StarCoder2, Stable Code,
 * Granite Code, CodeGemma and Codestral. Undefined for a model that is only known to chat.
 */
export function fimTemplateOf(model: string): FimTemplate | undefined {
  const name = model.toLowerCase();
  return FAMILIES.find(({ names }) => names.test(name))?.template;
}

function psm(prefix: string, suffix: string, middle: string, more: readonly string[] = []): FimTemplate {
  return {
    render: (before, after) => `${prefix}${before}${suffix}${after}${middle}`,
    stop: [...new Set([prefix, suffix, middle].map((token) => token.trim())), ...more],
  };
}

const FAMILIES: readonly { readonly names: RegExp; readonly template: FimTemplate }[] = [
  {
    names: /qwen.*coder|codeqwen/,
    template: psm("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", [
      "<|fim_pad|>",
      "<|repo_name|>",
      "<|file_sep|>",
      "<|endoftext|>",
      "<|im_end|>",
    ]),
  },
  {
    names: /deepseek.*coder/,
    template: psm("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", ["<｜end▁of▁sentence｜>"]),
  },
  { names: /code-?llama/, template: psm("<PRE> ", " <SUF>", " <MID>", ["<EOT>"]) },
  {
    names: /star-?coder|stable-?code|granite.*code|granite-?[34]/,
    template: psm("<fim_prefix>", "<fim_suffix>", "<fim_middle>", ["<file_sep>", "<|endoftext|>"]),
  },
  { names: /codegemma/, template: psm("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", ["<|file_separator|>"]) },
  {
    names: /codestral|devstral|mistral.*code/,
    template: {
      render: (before, after) => `[SUFFIX]${after}[PREFIX]${before}`,
      stop: ["[PREFIX]", "[SUFFIX]", "[MIDDLE]", "</s>"],
    },
  },
];
