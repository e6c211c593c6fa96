/** Whether an endpoint's refusal means that the prompt does not fit the model's context window. */
export function isContextTooLong(body: string): boolean {
  return TOO_LONG.test(body);
}

/** The size that the refusal names, in tokens, when it is a believable one. */
export function statedContextWindow(body: string): number | undefined {
  for (const pattern of WINDOW) {
    const tokens = Number(pattern.exec(body)?.[1]?.replaceAll(",", ""));
    if (tokens >= 256 && tokens <= 16_777_216) return tokens;
  }
  return undefined;
}

/** Any of the wordings below, or OpenAI's and llama.cpp's codes. */
const TOO_LONG =
  /context_length_exceeded|exceed_context_size|maximum (context|model) length|exceeds? the (available |maximum )?context|exceed context window|context size has been exceeded|context the overflows|reached context length|greater than the context length|too long to fit into the model|prompt is too long|exceeds the maximum number of tokens allowed/i;

const WINDOW = [
  // OpenAI and vLLM: "This model's maximum context length is 8192 tokens. However, …"
  /maximum context length (?:is|of) ([\d,]+)/i,
  // Mistral: "… too large for model with 32768 maximum context length"
  /([\d,]+) maximum context length/i,
  // vLLM: "The decoder prompt (length 21535) is longer than the maximum model length of 16384"
  /maximum model length of ([\d,]+)/i,
  // llama.cpp: "request (4390 tokens) exceeds the available context size (4096 tokens)", and its field n_ctx
  /available context size \(([\d,]+) tokens/i,
  // llama.cpp's field, and LM Studio: "(n_keep: 13055>= n_ctx: 4096)"
  /n_ctx"?:\s*(\d+)/,
  // llama-cpp-python: "Requested tokens (2285) exceed context window of 2048"
  /context window of ([\d,]+)/i,
  // LM Studio: "the model is loaded with context length of only 7866 tokens"; vLLM: "(context length 4096)"
  /context length (?:of )?(?:only )?([\d,]+)/i,
  // Gemini: "… exceeds the maximum number of tokens allowed (1048576)"
  /tokens allowed \(([\d,]+)\)/i,
  // Anthropic: "prompt is too long: 210000 tokens > 200000 maximum"
  /> ([\d,]+) maximum/i,
];
