/** How servers say that the prompt does not fit, as their issue trackers quote them, and the window they name. */
export const contextWordings: readonly ContextWording[] = [
  {
    server: "OpenAI",
    body: {
      error: {
        message:
          "This model's maximum context length is 16385 tokens. However, your messages resulted in 20000 tokens. Please reduce the length of the messages.",
        type: "invalid_request_error",
        code: "context_length_exceeded",
      },
    },
    window: 16_385,
  },
  {
    server: "OpenAI, without a size",
    body: {
      error: { message: "Your input exceeds the context window of this model.", code: "context_length_exceeded" },
    },
  },
  {
    server: "vLLM",
    body: {
      object: "error",
      message: "This model's maximum context length is 131072 tokens. However, you requested 351430 tokens.",
      code: 400,
    },
    window: 131_072,
  },
  {
    server: "vLLM's engine",
    body: { error: { message: "The decoder prompt (length 21535) is longer than the maximum model length of 16384." } },
    window: 16_384,
  },
  {
    server: "vLLM, of its own limits",
    body: {
      error: { message: "The prompt (total length 25938) is too long to fit into the model (context length 4096)." },
    },
    window: 4096,
  },
  {
    server: "llama.cpp",
    body: {
      error: {
        code: 400,
        message: "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
        type: "exceed_context_size_error",
      },
    },
    window: 4096,
  },
  {
    server: "llama.cpp, with a field",
    body: {
      error: {
        code: 400,
        message:
          "the request exceeds the available context size. try increasing the context size or enable context shift",
        type: "exceed_context_size_error",
        n_prompt_tokens: 14_429,
        n_ctx: 8192,
      },
    },
    window: 8192,
  },
  {
    server: "llama.cpp, as a failure of its own",
    status: 500,
    body: { error: { code: 500, message: "Context size has been exceeded.", type: "server_error" } },
  },
  {
    server: "llama-cpp-python",
    body: { error: { message: "Requested tokens (2285) exceed context window of 2048" } },
    window: 2048,
  },
  { server: "Ollama", body: { error: "the input length exceeds the context length" } },
  {
    server: "LM Studio",
    body: {
      error:
        "Trying to keep the first 10136 tokens when context the overflows. However, the model is loaded with context length of only 7866 tokens, which is not enough.",
    },
    window: 7866,
  },
  {
    server: "LM Studio, newer",
    body: {
      error:
        "The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096).",
    },
    window: 4096,
  },
  {
    server: "Mistral",
    body: { message: "Prompt contains 40000 tokens, too large for model with 32768 maximum context length" },
    window: 32_768,
  },
  {
    server: "Gemini",
    body: [
      { error: { message: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)." } },
    ],
    window: 1_048_576,
  },
  {
    server: "Anthropic",
    body: { error: { type: "invalid_request_error", message: "prompt is too long: 210000 tokens > 200000 maximum" } },
    window: 200_000,
  },
  { server: "a liar", body: { error: { message: "This model's maximum context length is 1 tokens." } } },
];

interface ContextWording {
  readonly server: string;
  /** 400 unless told. */
  readonly status?: number;
  readonly body: unknown;
  /** Absent when it names none that can be believed. */
  readonly window?: number;
}
