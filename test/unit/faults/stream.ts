import { gzipSync } from "node:zlib";
import { DONE, delta, event } from "../../fakes/modelServer.ts";
import {
  answers,
  brokenOff,
  ECHO,
  type Fault,
  HALF,
  notTheApi,
  silent,
  stream,
  unavailable,
  WEB_PAGE,
} from "./fault.ts";

const QUACK = delta({ content: "Quack." }, "stop");
const NO_REASON = /closed the connection without a finish reason/;

/** Faults inside a streamed answer. */
export const streamFaults: readonly Fault[] = [
  stream(
    "silence in the middle",
    { ...silent(/stopped in the middle of its answer: nothing came for 30 seconds/), text: "Half" },
    [HALF],
    { ending: "hang", silence: { after: "Half", ms: 30_000 } },
  ),
  stream("silence after the headers", silent(/began to answer, then sent nothing for 60 seconds/), [], {
    ending: "hang",
    silence: { after: "", ms: 60_000 },
  }),
  stream("a cut in the middle", brokenOff(/closed the connection/), [HALF], { ending: "cut" }),
  stream("an early clean end", brokenOff(NO_REASON), [HALF]),
  stream("an early clean end within a line", brokenOff(NO_REASON), [HALF, 'data: {"choices":[{"del']),
  stream("an end that is announced but not reasoned", brokenOff(NO_REASON), [HALF, DONE]),
  stream("an empty stream", unavailable(NO_REASON), []),
  stream("nothing but [DONE]", unavailable(NO_REASON), [DONE]),
  stream("nothing but comments", unavailable(NO_REASON), [": ping\n\n", ": ping\n\n"]),
  stream("an event that is not JSON", { ...notTheApi(/sent something that is not JSON/), text: "Half" }, [
    HALF,
    "data: {oops}\n\n",
  ]),
  stream("an event for the library's other API", notTheApi(/not JSON/), ["event: thread.x\ndata: {oops}\n\n"]),
  stream("a web page that calls itself a stream", notTheApi(/something else than events/), [WEB_PAGE]),
  stream("events of other shapes", answers(), [
    ...[null, 7, [], { choices: {} }, { choices: [null, 3] }, { choices: [{ delta: "x" }] }].map(event),
    delta({ content: 5, reasoning: {}, tool_calls: "x" }),
    QUACK,
  ]),
  stream("a line of 8 MiB", { ...notTheApi(/a line of more than 1 MiB/), text: "Half" }, [
    HALF,
    "data: ",
    ...Array.from({ length: 128 }, () => "x".repeat(65_536)),
  ]),
  stream("garbage as tool calls", answers(), [
    delta({ tool_calls: [{ index: 7, function: { name: "read", arguments: "{not json" } }, { index: -1 }, null, 4] }),
    delta({ tool_calls: [{ index: 900_000_000, id: "b", function: { name: "write", arguments: { path: "a" } } }] }),
    delta({ tool_calls: [{ id: "b", function: { arguments: "]" } }, { index: "x" }, { function: 3 }] }),
    delta({ content: "Quack." }, "tool_calls"),
  ]),
  stream("bytes that are not UTF-8", answers("Qu\ufffd\ufffd(ack."), [
    'data: {"choices":[{"delta":{"content":"Qu',
    Uint8Array.of(0xff, 0xc3, 0x28),
    'ack."},"finish_reason":"stop"}]}\n\n',
  ]),
  stream("an error object first", unavailable(/reported an error: the server failed\. It said: "engine died"/), [
    event({ error: { message: "engine died", type: "server_error" } }),
  ]),
  stream("an error object in the middle", brokenOff(/reported an error.*\[key\]/), [HALF, event(ECHO)]),
  stream("an error object about the rate", { code: "rateLimited", says: /too many requests/, requests: 3 }, [
    event({ error: { message: "slow down", code: 429 } }),
  ]),
  stream("an error object about the key", { code: "keyRefused", says: /the key was refused/ }, [
    event({ error: { message: "no", code: "invalid_api_key" } }),
  ]),
  stream("an error object about the request", { code: "modelRefused", says: /bad role/ }, [
    event({ error: { message: "bad role", type: "invalid_request_error" } }),
  ]),
  stream("an error as bare text", unavailable(/model runner has stopped/), [
    event({ error: "model runner has stopped" }),
  ]),
  stream("an error field of an older llama.cpp", unavailable(/slot failed/), [
    'error: {"code":500,"message":"slot failed"}\n\n',
  ]),
  stream("a prompt too large", { code: "contextTooLong", says: /context window of 4096 tokens/ }, [
    event({ error: { code: 400, message: "exceeds the available context size (4096 tokens)", n_ctx: 4096 } }),
  ]),
  stream("a finish reason twice", answers(), [QUACK, delta({}, "length"), DONE]),
  stream("text after the finish reason", answers(), [
    delta({ content: "Qu" }, "stop"),
    delta({ content: "ack." }),
    DONE,
  ]),
  stream("an unknown finish reason", answers(), [delta({ content: "Quack." }, "eos_token")]),
  stream("a connection left open after [DONE]", answers(), [QUACK, DONE], { ending: "hang" }),
  stream("a connection left open after the finish reason", answers(), [QUACK], {
    ending: "hang",
    silence: { after: "Quack.", ms: 2000 },
  }),
  stream("a content filter", { code: "modelRefused", says: /content filter .* stopped the answer/, text: "Half" }, [
    delta({ content: "Half" }, "content_filter"),
  ]),
  stream("a finish reason that is an error", brokenOff(/ended with an error/), [delta({ content: "Half" }, "error")]),
  stream("senseless usage", answers(), [
    QUACK,
    event({ choices: [], usage: { prompt_tokens: -1, completion_tokens: "x" } }),
  ]),
  stream("no content type", answers(), [QUACK, DONE], { headers: { "content-type": "" } }),
  stream("every kind of line end, a byte order mark, comments and ids", answers(), [
    "\ufeff: hi\r\n\r\n",
    delta({ content: "Qu" }).replaceAll("\n", "\r\n"),
    "id: 4\r\nretry: 1\r\n",
    delta({ content: "ack." }, "stop").replaceAll("\n", "\r"),
    DONE,
  ]),
  stream(
    "a stream that swells from 1 MB to 1 GB",
    { ...notTheApi(/a line of more than 1 MiB/), text: "Half" },
    [gzipSync(HALF), ...gzippedSpaces(1024)],
    { headers: { "content-encoding": "gzip" }, costly: true },
  ),
];

/** As many gzip members of 1 MiB of spaces; each takes 1 KB on the wire. */
export function gzippedSpaces(mebibytes: number): Uint8Array[] {
  const member = gzipSync(Buffer.alloc(2 ** 20, " "));
  return Array.from({ length: mebibytes }, () => member);
}
