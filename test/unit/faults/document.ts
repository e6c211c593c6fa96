import { answers, brokenOff, document, ECHO, type Fault, notTheApi, silent, unavailable } from "./fault.ts";
import { gzippedSpaces } from "./stream.ts";

/** Faults inside an answer that comes as one document because the endpoint ignores `stream`. */
export const documentFaults: readonly Fault[] = [
  document("silence in the middle", silent(/sent nothing for 60 seconds/), '{"choices":[{"mess', {
    ending: "hang",
    silence: { after: "", ms: 60_000 },
  }),
  document("a cut in the middle", unavailable(/closed the connection/), '{"choices":[{"mess', { ending: "cut" }),
  document("an early clean end", notTheApi(/not JSON/), '{"choices":[{"mess'),
  document("no finish reason", brokenOff(/without a finish reason/), { choices: [{ message: { content: "Half" } }] }),
  document("text that is not JSON", notTheApi(/not JSON/), "Quack."),
  document("another shape", unavailable(/without a finish reason/), "null"),
  document("an error object with status 200", unavailable(/reported an error.*\[key\]/), ECHO),
  document(
    "a prompt too large with status 200",
    { code: "contextTooLong", says: /window of 8192 tokens/ },
    { error: { code: 400, message: "the request exceeds the available context size", n_ctx: 8192 } },
  ),
  document(
    "garbage as tool calls",
    answers(),
    completion({ content: "Quack.", tool_calls: [{ function: { arguments: "{" } }, 3] }, "tool_calls"),
  ),
  document(
    "content as a list of parts",
    answers(),
    completion({ content: [{ type: "text", text: "Qu" }, { type: "image" }, 3, { type: "text", text: "ack." }] }),
  ),
  document(
    "bytes that are not UTF-8",
    answers("Qu\ufffdack."),
    Buffer.concat([
      Buffer.from('{"choices":[{"finish_reason":"stop","message":{"content":"Qu'),
      Uint8Array.of(0xff),
      Buffer.from('ack."}}]}'),
    ]),
  ),
  document("an answer of 2 MiB", answers("x".repeat(2 ** 21)), completion({ content: "x".repeat(2 ** 21) })),
  document(
    "a document that swells from 1 MB to 1 GB",
    notTheApi(/more than 64 MiB/),
    Buffer.concat(gzippedSpaces(1024)),
    {
      headers: { "content-encoding": "gzip" },
      costly: true,
    },
  ),
];

function completion(message: unknown, finish = "stop"): unknown {
  return { choices: [{ index: 0, message, finish_reason: finish }] };
}
