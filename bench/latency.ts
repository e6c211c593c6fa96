/**
 * What the server adds to what the model takes, as its client sees it. The model is a mock endpoint in a process of its
 * own; all times are on the machine's one monotonic clock (clock.ts). In ms:
 *
 *   beforeFirstToken = [send → request is at the endpoint] + [endpoint writes the first token → `text` is at the client]
 *   perToken         = [endpoint writes a token → `text` is at the client], for each token after the first
 *
 * So what the mock itself takes is left out, and ipc, the durable write of the message, code search, context building, HTTP
 * on loopback and the way back are all in. `request` and `firstToken` are the two brackets; `accepted` is the part of
 * `request` until the message was on disk and the client knew it.
 *
 * - `oneConversation`: turn after turn in one conversation, which grows; `lastQuarter` is its longest part. Memory looks for the
 *   meaning of each question, which the built-in embedder takes most of the time for; `byWords` is the same without that.
 * - `firstMessages`: the first message of each new conversation, whose folder and log have to be made durable, too.
 * - `manyConversations`: an open loop over all conversations. `lateMs` is how late the bench itself sent (it must be small for
 *   the rest to mean anything), `pingMs` what a trivial request takes meanwhile: no event loop blocks for longer than that.
 * - `direct`: the openai library called in this process, with the last prompt that the server sent: the floor.
 * - `durableWriteMs`: append and fdatasync of 600 bytes, on the disk of the store.
 *
 * Builds first. The code index holds this repository's server/ folder.
 */
import { join } from "node:path";
import { build } from "../scripts/build.ts";
import { ServerProcess, temporaryWorkspace } from "../test/process/serverProcess.ts";
import { repeat } from "./clock.ts";
import { durableWrites } from "./durableWrite.ts";
import { startEndpoint } from "./endpoint.ts";
import { readFlags } from "./flags.ts";
import { added, openLoop, pings, type Turn } from "./openLoop.ts";
import { indexed } from "./serverStart.ts";
import { rounded, summary } from "./stats.ts";
import { directTurn, serverTurn } from "./turns.ts";

const FOLDER = join(import.meta.dirname, "..", "server");
/** What we promise ourselves. */
const BARS_P95_MS = { byWords: 20, oneConversation: 50 };
const WARM_UP_TURNS = 20;

const flags = readFlags("Usage: npm run -s bench:latency -- [flags]\n\nWhat the server adds to what the model takes.", {
  turns: { help: "turns in one conversation", value: 200, least: 1 },
  conversations: { help: "conversations of the open loop", value: 50, least: 1 },
  rate: { help: "turns a second of the open loop", value: 20, least: 1 },
  seconds: { help: "length of the open loop", value: 30, least: 1 },
  tokens: { help: "tokens of an answer", value: 20, least: 2 },
  "token-ms": { help: "time between two tokens", value: 10, least: 0 },
});
const loop = { turnsPerSecond: flags.rate, seconds: flags.seconds };

await build();
const durableWriteMs = await durableWrites(flags.turns);
const endpoint = await startEndpoint({ tokens: flags.tokens, tokenMs: flags["token-ms"] });
const { storePath, dispose } = await temporaryWorkspace({});
const model = { baseUrl: endpoint.baseUrl, name: "bench", contextWindowTokens: 32_768 };
const server = await ServerProcess.start({ folder: FOLDER, storePath }, { ...model, embeddings: { kind: "off" } });
try {
  await server.follow().until(({ caughtUp }) => caughtUp, "the empty conversation");
  await indexed(server);

  const words = added(await inTurn(serverTurn(server, "words", 1)));
  await server.request("rubberduck/model/configure", model);
  const one = await inTurn(serverTurn(server, "one", 1));
  const direct = directTurn(endpoint.baseUrl, await endpoint.lastPrompt());
  const directOne = await inTurn(direct);

  const many = serverTurn(server, "many", flags.conversations);
  const first = await repeat(flags.conversations, many);
  const stop = new AbortController();
  const pinging = pings(() => server.request("rubberduck/model/status", {}), stop.signal);
  const { times, lateMs } = await openLoop(loop, many);
  stop.abort();
  const pingMs = await pinging;
  const directMany = await openLoop(loop, direct);
  const { residentBytes, cpuMs } = await server.request("rubberduck/server/info", {});

  const oneConversation = added(one);
  console.log(
    JSON.stringify({
      oneConversation,
      byWords: words,
      lastQuarter: added(one.slice(Math.floor(one.length * 0.75))),
      firstMessages: added(first),
      manyConversations: { ...added(times), lateMs: summary(lateMs), pingMs: summary(pingMs) },
      direct: { oneAfterAnother: added(directOne), openLoop: added(directMany.times) },
      durableWriteMs: summary(durableWriteMs),
      overDirectP50Ms: rounded(oneConversation.beforeFirstToken.p50 - added(directOne).beforeFirstToken.p50),
      server: { residentBytes, cpuMs },
      bars: {
        byWords: words.beforeFirstToken.p95 < BARS_P95_MS.byWords,
        oneConversation: oneConversation.beforeFirstToken.p95 < BARS_P95_MS.oneConversation,
      },
    }),
  );
} finally {
  endpoint.dispose();
  await server.kill("SIGTERM");
  await dispose();
}

/** The turns of one series, one after another, after some that do not count. */
async function inTurn(turn: Turn) {
  return (await repeat(WARM_UP_TURNS + flags.turns, turn)).slice(WARM_UP_TURNS);
}
