import { gzipSync } from "node:zlib";
import type { DuckErrorCode } from "../../server/protocol/errors.ts";
import { DONE, delta, event, type Reply } from "../fakes/modelServer.ts";

/** What one endpoint does wrong, and what must come of it. */
export interface Fault {
  readonly name: string;
  /** The answer to a chat completion, or to every request when `list` is absent too. */
  readonly reply: Reply;
  readonly expect: Outcome;
  /** Silence: the fake time that passes until it is given up, once this text has arrived. */
  readonly silence?: { readonly after: string; readonly ms: number };
  /** Without a key. */
  readonly keyless?: boolean;
}

export interface Outcome {
  /** Absent: it succeeds all the same. */
  readonly code?: DuckErrorCode;
  readonly says?: RegExp;
  /** The text that must have arrived. */
  readonly text?: string;
  /** Requests that one message makes; 1 unless told. */
  readonly requests?: number;
  /** Whether it counts towards opening the breaker; false unless told. */
  readonly opensBreaker?: boolean;
}

/** Put where an endpoint might echo it; must never be shown. */
export const KEY = "sk-test-Zm9vYmFy-0123456789";

/** HTTP dates have no milliseconds; the fake clock starts at 03:04:05. */
const TEN_SECONDS_LATER = "Fri, 02 Jan 2026 03:04:15 GMT";
const HTML = `<!doctype html><html><body><h1>Welcome ${KEY}</h1>${"<p>filler</p>".repeat(200)}</body></html>`;
const ECHO = {
  error: { message: `You sent the key ${KEY}. \u202e\u0007${"and on ".repeat(100)}`, type: "test_error" },
};

const down = { code: "modelUnavailable", requests: 3, opensBreaker: true } as const;
const brokeOff = { code: "modelUnavailable", requests: 1, opensBreaker: true } as const;

/** Faults of the answer as a whole: the same whether a stream or a plain document was asked for. */
export const httpFaults: readonly Fault[] = [
  status("429", 429, { code: "rateLimited", says: /answered 429: too many requests\. Wait a moment/, requests: 3 }),
  status(
    "429 that asks for 2 s",
    429,
    { code: "rateLimited", says: /wait 2 seconds/, requests: 3 },
    { "retry-after": "2" },
  ),
  status("429 that asks for an hour", 429, { code: "rateLimited", says: /wait 1 hour/ }, { "retry-after": "3600" }),
  status(
    "429 until a date",
    429,
    { code: "rateLimited", says: /wait \d+ second/, requests: 3 },
    { "retry-after": TEN_SECONDS_LATER },
  ),
  status(
    "429 with a senseless wait",
    429,
    { code: "rateLimited", says: /Wait a moment/, requests: 3 },
    { "retry-after": "soon" },
  ),
  status(
    "429 because the quota is used up",
    429,
    { code: "rateLimited", says: /quota of this key is used up/ },
    {},
    json({ error: { message: "You exceeded your current quota", code: "insufficient_quota" } }),
  ),
  status("500", 500, { ...down, says: /answered 500: the server failed/ }),
  status(
    "502 with a web page",
    502,
    { ...down, says: /answered 502: the server failed\. Try again in a moment\.$/ },
    { "content-type": "text/html" },
    HTML,
  ),
  status("503 that asks for 1 s", 503, { ...down, says: /answered 503/ }, { "retry-after": "1" }),
  status("500 with an endless error page", 500, { ...down, says: /answered 500/ }, {}, "x".repeat(20_000_000)),
  status("408", 408, { ...down, says: /answered 408: it gave up waiting/ }),
  status("400", 400, {
    code: "modelRefused",
    says: /answered 400: it refused the request\. It said: "You sent the key \[key\]\. and on/,
  }),
  status("401", 401, {
    code: "keyRefused",
    says: /answered 401: the key was refused\. Run 'RubberDuck: Set API Key'\.$/,
  }),
  {
    ...status("401 without a key", 401, { code: "keyRefused", says: /answered 401: it asks for a key\. Run/ }),
    keyless: true,
  },
  status("402", 402, { code: "modelRefused", says: /no credit left/ }),
  status("403", 403, { code: "keyRefused", says: /answered 403: this key may not use "duck-1"/ }),
  status("404", 404, { code: "modelRefused", says: /answered 404: it has no model "duck-1", or its base URL.*\/v1/ }),
  status("405", 405, { code: "modelProtocol", says: /not the OpenAI API\. Check the base URL/, opensBreaker: true }),
  status("413", 413, { code: "modelRefused", says: /answered 413: the message is larger than it takes/ }),
  status(
    "422 in FastAPI's form",
    422,
    { code: "modelRefused", says: /It said: ".*extra field/ },
    {},
    json({ detail: [{ msg: "extra field" }] }),
  ),
  status(
    "a redirect to another host",
    307,
    {
      code: "modelProtocol",
      says: /redirect to http:\/\/other\.example\.test\/v1\/x\. It was not followed/,
      opensBreaker: true,
    },
    { location: `http://user:pw@other.example.test/v1/x?key=${KEY}` },
  ),
  status(
    "a redirect on the same host",
    308,
    {
      code: "modelProtocol",
      says: /a redirect to http:\/\/127\.0\.0\.1:\d+\/v2\. It was not followed/,
      opensBreaker: true,
    },
    { location: "/v2" },
  ),
  status(
    "a redirect to nowhere",
    302,
    { code: "modelProtocol", says: /answered 302: a redirect\./, opensBreaker: true },
    { location: "http://[" },
  ),
  {
    name: "no answer at all",
    reply: { type: "hang" },
    silence: { after: "", ms: 60_000 },
    expect: { code: "timedOut", says: /did not (answer|send)/, opensBreaker: true },
  },
  {
    name: "an error whose text never ends",
    reply: { type: "raw", status: 500, chunks: ["oops"], ending: "hang" },
    silence: { after: "", ms: 60_000 },
    expect: { code: "timedOut", opensBreaker: true },
  },
  raw(
    "a web page with status 200",
    [HTML],
    {
      code: "modelProtocol",
      says: /answered with a web page, which is not the OpenAI API\. Check the base URL: it often has to end with \/v1/,
      opensBreaker: true,
    },
    "text/html; charset=utf-8",
  ),
  raw(
    "another content type",
    ["<x/>"],
    { code: "modelProtocol", says: /answered with application\/xml/, opensBreaker: true },
    "application/xml",
  ),
  raw("an empty document", [], { code: "modelProtocol", says: /not JSON/, opensBreaker: true }, "application/json"),
  raw(
    "damaged compression",
    ["not gzip at all"],
    { ...down, says: /damaged compressed answer|Z_DATA/ },
    "application/json",
    { "content-encoding": "gzip" },
  ),
  {
    name: "a connection cut before the answer",
    reply: { type: "raw", headers: { "content-type": "application/json" }, chunks: [], ending: "cut" },
    expect: { ...down, says: /closed the connection/ },
  },
];

/** Faults inside a streamed answer. */
export const streamFaults: readonly Fault[] = [
  raw(
    "silence in the middle",
    [delta({ content: "Half" })],
    {
      code: "timedOut",
      says: /stopped in the middle of its answer: nothing came for 30 seconds/,
      text: "Half",
      opensBreaker: true,
    },
    undefined,
    {},
    { ending: "hang", silence: { after: "Half", ms: 30_000 } },
  ),
  raw(
    "silence after the headers",
    [],
    { code: "timedOut", says: /began to answer, then sent nothing for 60 seconds/, opensBreaker: true },
    undefined,
    {},
    { ending: "hang", silence: { after: "", ms: 60_000 } },
  ),
  raw(
    "a cut in the middle",
    [delta({ content: "Half" })],
    { ...brokeOff, says: /closed the connection/, text: "Half" },
    undefined,
    {},
    { ending: "cut" },
  ),
  raw("an early clean end", [delta({ content: "Half" })], {
    ...brokeOff,
    says: /closed the connection without a finish reason/,
    text: "Half",
  }),
  raw("an early clean end within a line", [delta({ content: "Half" }), 'data: {"choices":[{"del'], {
    ...brokeOff,
    says: /without a finish reason/,
    text: "Half",
  }),
  raw("an end that is announced but not reasoned", [delta({ content: "Half" }), DONE], {
    ...brokeOff,
    says: /without a finish reason/,
    text: "Half",
  }),
  raw("an empty stream", [], { ...down, says: /without a finish reason/ }),
  raw("nothing but [DONE]", [DONE], { ...down, says: /without a finish reason/ }),
  raw("nothing but comments", [": ping\n\n", ": ping\n\n"], { ...down, says: /without a finish reason/ }),
  raw("an event that is not JSON", [delta({ content: "Half" }), "data: {oops}\n\n"], {
    code: "modelProtocol",
    says: /sent something that is not JSON/,
    text: "Half",
    opensBreaker: true,
  }),
  raw("an event for the library's other API", ["event: thread.x\ndata: {oops}\n\n"], {
    code: "modelProtocol",
    says: /not JSON/,
    opensBreaker: true,
  }),
  raw("a web page that calls itself a stream", [HTML], {
    code: "modelProtocol",
    says: /something else than events/,
    opensBreaker: true,
  }),
  raw(
    "events of other shapes",
    [
      event(null),
      event(7),
      event([]),
      event({ choices: {} }),
      event({ choices: [null, 3] }),
      event({ choices: [{ delta: "x" }] }),
      delta({ content: 5, reasoning: {}, tool_calls: "x" }),
      delta({ content: "Quack." }),
      delta({}, "stop"),
    ],
    { text: "Quack." },
  ),
  raw(
    "a line of 8 MiB",
    (function* () {
      yield delta({ content: "Half" });
      yield "data: ";
      for (let i = 0; i < 128; i++) yield "x".repeat(65_536);
    })(),
    { code: "modelProtocol", says: /a line of more than 1 MiB/, text: "Half", opensBreaker: true },
  ),
  raw(
    "garbage as tool calls",
    [
      delta({
        tool_calls: [
          { index: 7, function: { name: "read", arguments: "{not json" } },
          { index: -1 },
          { index: "x" },
          null,
          4,
        ],
      }),
      delta({
        tool_calls: [
          { index: 900_000_000, id: "b", function: { name: "write", arguments: { path: "a" } } },
          { id: "b", function: { arguments: "]" } },
        ],
      }),
      delta({ tool_calls: [{ function: 3 }] }),
      delta({ content: "Quack." }, "tool_calls"),
    ],
    { text: "Quack." },
  ),
  raw(
    "bytes that are not UTF-8",
    [
      Buffer.concat([
        Buffer.from('data: {"choices":[{"delta":{"content":"Qu'),
        Buffer.from([0xff, 0xc3, 0x28]),
        Buffer.from('ack."},"finish_reason":"stop"}]}\n\n'),
      ]),
    ],
    { text: "Qu\ufffd\ufffd(ack." },
  ),
  raw("an error object first", [event({ error: { message: "engine died", type: "server_error" } })], {
    ...down,
    says: /reported an error: the server failed\. It said: "engine died"/,
  }),
  raw("an error object in the middle", [delta({ content: "Half" }), event(ECHO)], {
    ...brokeOff,
    says: /reported an error.*\[key\]/,
    text: "Half",
  }),
  raw("an error object about the rate", [event({ error: { message: "slow down", code: 429 } })], {
    code: "rateLimited",
    says: /too many requests/,
    requests: 3,
  }),
  raw("an error object about the key", [event({ error: { message: "no", code: "invalid_api_key" } })], {
    code: "keyRefused",
    says: /the key was refused/,
  }),
  raw("an error object about the request", [event({ error: { message: "bad role", type: "invalid_request_error" } })], {
    code: "modelRefused",
    says: /bad role/,
  }),
  raw("an error as bare text", [event({ error: "model runner has stopped" })], {
    ...down,
    says: /model runner has stopped/,
  }),
  raw("an error field of an older llama.cpp", ['error: {"code":500,"message":"slot failed"}\n\n'], {
    ...down,
    says: /slot failed/,
  }),
  raw("a finish reason twice", [delta({ content: "Quack." }, "stop"), delta({}, "length"), DONE], { text: "Quack." }),
  raw("text after the finish reason", [delta({ content: "Qu" }, "stop"), delta({ content: "ack." }), DONE], {
    text: "Quack.",
  }),
  raw(
    "a connection left open after [DONE]",
    [delta({ content: "Quack." }, "stop"), DONE],
    { text: "Quack." },
    undefined,
    {},
    { ending: "hang" },
  ),
  raw(
    "a connection left open after the finish reason",
    [delta({ content: "Quack." }, "stop")],
    { text: "Quack." },
    undefined,
    {},
    { ending: "hang", silence: { after: "Quack.", ms: 2000 } },
  ),
  raw("an unknown finish reason", [delta({ content: "Quack." }, "eos_token")], { text: "Quack." }),
  raw("a content filter", [delta({ content: "Half" }, "content_filter")], {
    code: "modelRefused",
    says: /content filter .* stopped the answer/,
    text: "Half",
  }),
  raw("a finish reason that is an error", [delta({ content: "Half" }, "error")], {
    ...brokeOff,
    says: /ended with an error/,
    text: "Half",
  }),
  raw(
    "senseless usage",
    [
      delta({ content: "Quack." }, "stop"),
      event({ choices: [], usage: { prompt_tokens: -1, completion_tokens: "x" } }),
    ],
    { text: "Quack." },
  ),
  raw("no content type", [delta({ content: "Quack." }, "stop"), DONE], { text: "Quack." }, ""),
  raw(
    "CRLF, a byte order mark, comments and ids",
    [
      "\ufeff: hi\r\n\r\n",
      delta({ content: "Qu" }).replaceAll("\n", "\r\n"),
      "id: 4\r\nretry: 1\r\n",
      delta({ content: "ack." }, "stop").replaceAll("\n", "\r"),
      DONE,
    ],
    { text: "Quack." },
  ),
  raw(
    "a stream that swells from 1 MB to 1 GB",
    [Buffer.concat([gzipSync(delta({ content: "Half" })), ...bombs(1024)])],
    { code: "modelProtocol", says: /a line of more than 1 MiB/, opensBreaker: true },
    undefined,
    { "content-encoding": "gzip" },
  ),
  raw(
    "a prompt too large, said in the stream",
    [
      event({
        error: {
          code: 400,
          message: "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
          type: "exceed_context_size_error",
          n_ctx: 4096,
        },
      }),
    ],
    { code: "contextTooLong", says: /context window of 4096 tokens/ },
  ),
];

/** Faults inside an answer that comes as one document because the endpoint ignores `stream`. */
export const documentFaults: readonly Fault[] = [
  doc(
    "silence in the middle",
    ['{"choices":[{"mess'],
    { code: "timedOut", says: /sent nothing for 60 seconds/, opensBreaker: true },
    { ending: "hang", silence: { after: "", ms: 60_000 } },
  ),
  doc("a cut in the middle", ['{"choices":[{"mess'], { ...down, says: /closed the connection/ }, { ending: "cut" }),
  doc("an early clean end", ['{"choices":[{"mess'], { code: "modelProtocol", says: /not JSON/, opensBreaker: true }),
  doc("no finish reason", [json({ choices: [{ message: { content: "Half" } }] })], {
    ...brokeOff,
    says: /without a finish reason/,
    text: "Half",
  }),
  doc("text that is not JSON", ["Quack."], { code: "modelProtocol", says: /not JSON/, opensBreaker: true }),
  doc("another shape", ["null"], { ...down, says: /without a finish reason/ }),
  doc("an error object with status 200", [json(ECHO)], { ...down, says: /reported an error.*\[key\]/ }),
  doc(
    "a prompt too large with status 200",
    [
      json({
        error: {
          code: 400,
          message:
            "the request exceeds the available context size. try increasing the context size or enable context shift",
          type: "exceed_context_size_error",
          n_prompt_tokens: 14429,
          n_ctx: 8192,
        },
      }),
    ],
    { code: "contextTooLong", says: /window of 8192 tokens/ },
  ),
  doc(
    "garbage as tool calls",
    [whole({ content: "Quack.", tool_calls: [{ function: { arguments: "{" } }, 3] }, "tool_calls")],
    { text: "Quack." },
  ),
  doc(
    "content as a list of parts",
    [whole({ content: [{ type: "text", text: "Qu" }, { type: "image" }, 3, { type: "text", text: "ack." }] })],
    { text: "Quack." },
  ),
  doc(
    "bytes that are not UTF-8",
    [
      Buffer.concat([
        Buffer.from('{"choices":[{"finish_reason":"stop","message":{"content":"Qu'),
        Buffer.from([0xff]),
        Buffer.from('ack."}}]}'),
      ]),
    ],
    { text: "Qu\ufffdack." },
  ),
  doc("an answer of 2 MiB in one line", [whole({ content: "x".repeat(2 ** 21) })], { text: "x".repeat(2 ** 21) }),
  doc(
    "a document that swells from 1 MB to 1 GB",
    [Buffer.concat(bombs(1024))],
    { code: "modelProtocol", says: /more than 64 MiB/, opensBreaker: true },
    { headers: { "content-encoding": "gzip" } },
  ),
];

/** How servers say that the prompt does not fit, word for word, and the window they name. */
export const contextWordings: readonly (readonly [
  server: string,
  status: number,
  body: unknown,
  window: number | undefined,
])[] = [
  [
    "OpenAI",
    400,
    {
      error: {
        message:
          "This model's maximum context length is 16385 tokens. However, your messages resulted in 20000 tokens. Please reduce the length of the messages.",
        type: "invalid_request_error",
        code: "context_length_exceeded",
      },
    },
    16385,
  ],
  [
    "OpenAI, newer",
    400,
    {
      error: {
        message: "Your input exceeds the context window of this model. Please adjust your input and try again.",
        code: "context_length_exceeded",
      },
    },
    undefined,
  ],
  [
    "vLLM",
    400,
    {
      object: "error",
      message:
        "This model's maximum context length is 131072 tokens. However, you requested 351430 tokens. Please reduce the length of the messages or completion.",
      code: 400,
    },
    131072,
  ],
  [
    "vLLM, engine",
    400,
    { error: { message: "The decoder prompt (length 21535) is longer than the maximum model length of 16384." } },
    16384,
  ],
  [
    "vLLM, multimodal",
    400,
    { error: { message: "The prompt (total length 25938) is too long to fit into the model (context length 4096)." } },
    4096,
  ],
  [
    "llama.cpp",
    400,
    {
      error: {
        code: 400,
        message: "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
        type: "exceed_context_size_error",
        n_prompt_tokens: 4390,
        n_ctx: 4096,
      },
    },
    4096,
  ],
  [
    "llama.cpp, without a size",
    500,
    { error: { code: 500, message: "Context size has been exceeded.", type: "server_error" } },
    undefined,
  ],
  ["llama-cpp-python", 400, { error: { message: "Requested tokens (2285) exceed context window of 2048" } }, 2048],
  ["Ollama", 400, { error: "the input length exceeds the context length" }, undefined],
  [
    "LM Studio",
    400,
    {
      error:
        "Trying to keep the first 10136 tokens when context the overflows. However, the model is loaded with context length of only 7866 tokens, which is not enough.",
    },
    7866,
  ],
  [
    "LM Studio, newer",
    400,
    {
      error:
        "The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096). Try to load the model with a larger context length, or provide a shorter input.",
    },
    4096,
  ],
  [
    "Mistral",
    400,
    {
      message: "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
      type: "invalid_request_error",
    },
    32768,
  ],
  [
    "Gemini",
    400,
    [
      {
        error: {
          code: 400,
          message: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        },
      },
    ],
    1048576,
  ],
  [
    "Anthropic",
    400,
    { error: { type: "invalid_request_error", message: "prompt is too long: 210000 tokens > 200000 maximum" } },
    200000,
  ],
  ["a liar", 400, { error: { message: "This model's maximum context length is 1 tokens." } }, undefined],
];

function status(
  name: string,
  code: number,
  expect: Outcome,
  headers: Record<string, string> = {},
  body = json(ECHO),
): Fault {
  return { name, reply: { type: "status", status: code, headers, body }, expect };
}

type Extra = { ending?: "hang" | "cut"; silence?: Fault["silence"] };

function raw(
  name: string,
  chunks: Iterable<string | Uint8Array>,
  expect: Outcome,
  contentType = "text/event-stream",
  headers: Record<string, string> = {},
  extra: Extra = {},
): Fault {
  // Kept as a list: a fault is asked for more than once.
  const reply: Reply = {
    type: "raw",
    headers: { "content-type": contentType, ...headers },
    chunks: [...chunks],
    ending: extra.ending,
  };
  return { name, reply, expect, silence: extra.silence };
}

function doc(
  name: string,
  chunks: Iterable<string | Uint8Array>,
  expect: Outcome,
  extra: Extra & { headers?: Record<string, string> } = {},
): Fault {
  return raw(name, chunks, expect, "application/json", extra.headers, extra);
}

function whole(message: unknown, finish = "stop"): string {
  return json({ choices: [{ index: 0, message, finish_reason: finish }] });
}

/** Gzip members of 1 MiB of spaces each: 1 KB on the wire. */
function bombs(mebibytes: number): Uint8Array[] {
  const bomb = gzipSync(Buffer.alloc(2 ** 20, " "));
  return Array.from({ length: mebibytes }, () => bomb);
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
