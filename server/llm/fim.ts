/** How a model that was taught to fill in the middle is told where the middle is. */
export interface FimTemplate {
  render(prefix: string, suffix: string): string;
  /** What ends an answer, the likeliest first: the family's ends, then its marks. */
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
    stop: [...more, ...[prefix, suffix, middle].map((token) => token.trim())],
  };
}

const FAMILIES: readonly { readonly names: RegExp; readonly template: FimTemplate }[] = [
  {
    names: /qwen.*coder|codeqwen/,
    template: psm("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", [
      "<|endoftext|>",
      "<|fim_pad|>",
      "<|file_sep|>",
      "<|im_end|>",
      "<|repo_name|>",
    ]),
  },
  {
    names: /deepseek.*coder/,
    template: psm("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", ["<｜end▁of▁sentence｜>"]),
  },
  { names: /code-?llama/, template: psm("<PRE> ", " <SUF>", " <MID>", ["<EOT>"]) },
  {
    names: /star-?coder|stable-?code|granite.*code|granite-?3/,
    template: psm("<fim_prefix>", "<fim_suffix>", "<fim_middle>", ["<|endoftext|>", "<file_sep>"]),
  },
  // Its vocabulary is another one than that of Granite Code.
  { names: /granite-?4/, template: psm("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", ["<|end_of_text|>"]) },
  { names: /codegemma/, template: psm("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", ["<|file_separator|>"]) },
  {
    names: /codestral|devstral|mistral.*code/,
    template: {
      render: (before, after) => `[SUFFIX]${after}[PREFIX]${before}`,
      stop: ["</s>", "[PREFIX]", "[SUFFIX]", "[MIDDLE]"],
    },
  },
];
