/**
 * Many conversations at once through `rubberduck serve`: built server, mock endpoint and this driver are processes of their own on
 * one monotonic clock (clock.ts). Each conversation is read by two official Phoenix clients, one over JSON, which sends, and one
 * over MessagePack; turns begin at the times of a Poisson process, whatever has ended. In ms:
 *
 * - `accepted` = send -> the answer that the message is on disk.
 * - `added` = [send -> request is at the endpoint] + [endpoint writes the first token -> it is at the sender]: what the server
 *   adds to the first token. `perToken`: the same way back for every later token; `broadcast`: to the second client.
 * - `afterSummary`: turns that are left out of `added`: the model was asked for a summary first, and took its time for that.
 * - `floor`: frames of the same form and number over a bare `ws` echo, in the same run; `overFloorP50Ms` is `broadcast` less that.
 * - `inside`: of the server's own /metrics, p50 and p95 of the last thousand: `recall` (a question to the memory), `durable` (a write that
 *   would survive a loss of power), `firstText` (turn begun -> first word, the endpoint's time in it), and `loopHeldUp` (the event loop).
 * - `heap`: bytes after a garbage collection, an open conversation and one that hibernates, over the empty server's.
 * - `bytesPerTurn`: of all frames that arrive for a turn, by serializer.
 * - `highestRate`: the highest of the rates tried, in turns a second, at which `added` p95 stayed under 100 ms without an error.
 * - `burst`: one message in each conversation at once. `sockets`: as many connections, each in a conversation of its own.
 * - `lateMs`: how late the driver itself sent; it must be small for the rest to mean anything.
 */
import { setTimeout } from "node:timers/promises";
import { build } from "../scripts/build.ts";
import { temporaryWorkspace } from "../test/process/serverProcess.ts";
import { ConversationClients, openSockets, type ReadTurn } from "./conversationClients.ts";
import { echoFloor } from "./echoFloor.ts";
import { startEndpoint } from "./endpoint.ts";
import { readFlags } from "./flags.ts";
import { poisson } from "./poisson.ts";
import { serveFolder } from "./servedFolder.ts";
import { percentile, rounded, summary } from "./stats.ts";

const flags = readFlags("Usage: npm run -s bench:load -- [flags]\n\nMany conversations at once through the gateway.", {
  conversations: { help: "conversations", value: 1000, least: 1 },
  turns: { help: "turns in each", value: 5, least: 1 },
  rate: { help: "turns a second", value: 20, least: 1 },
  tokens: { help: "tokens of an answer", value: 50, least: 2 },
  "token-ms": { help: "time between two tokens", value: 20, least: 0 },
  sockets: { help: "connections of the clients (even)", value: 40, least: 2 },
  "most-rate": { help: "where the search for the highest rate ends", value: 80, least: 1 },
  "many-sockets": { help: "connections that are opened at the end", value: 1000, least: 0 },
});
const BAR_P95_MS = 100;
const HIBERNATE_AFTER_MS = 20_000;
const STEP_SECONDS = 15;

await build();
const endpoint = await startEndpoint({ tokens: flags.tokens, tokenMs: flags["token-ms"] });
const { folder, storePath, dispose } = await temporaryWorkspace({ "greet.ts": "export const greet = 'hello';\n" });
const limits = {
  joinsPerMinute: 1_000_000,
  pushesPerMinute: 1_000_000,
  sockets: 3000,
  topicsPerSocket: 10_000,
  messagesPerHour: 1_000_000,
  hibernateAfterMs: HIBERNATE_AFTER_MS,
};
const server = await serveFolder({ folder, storePath, baseUrl: endpoint.baseUrl, limits });
const clients = new ConversationClients(flags.tokens);
try {
  await clients.open(server.url, server.token, 1, 2);
  await clients.turn(0, "What is here?");
  const empty = await server.used();
  clients.close();

  const many = new ConversationClients(flags.tokens);
  await many.open(server.url, server.token, flags.conversations, flags.sockets);
  const warm = await run(many, flags.rate, Math.min(100, flags.conversations), 1);
  many.bytes.json = 0;
  many.bytes.msgpack = 0;
  const before = await server.used();
  const main = await run(many, flags.rate, flags.conversations * flags.turns, 2);
  const inside = await insideOf(server.url, server.token);
  const open = await server.used();
  const bytes = { ...many.bytes };
  const highest = await highestRate(many);
  const burst = await together(many);
  const floor = await echoFloor(flags.rate * (flags.tokens + 6), 10);
  many.close();
  await setTimeout(2.5 * HIBERNATE_AFTER_MS);
  const hibernated = await server.used();
  const sockets = await openSockets(server.url, server.token, flags["many-sockets"]);
  sockets.close();

  const measured = figures(main);
  console.log(
    JSON.stringify({
      ...measured,
      warmUpErrors: warm.errors.length,
      heap: {
        emptyBytes: empty.heapUsed,
        perOpenConversation: Math.round((open.heapUsed - empty.heapUsed) / flags.conversations),
        perHibernated: Math.round((hibernated.heapUsed - empty.heapUsed) / flags.conversations),
        rssOpen: open.rss,
      },
      inside,
      cpuSecondsPer1000Turns: rounded((open.cpuMs - before.cpuMs) / main.turns.length),
      bytesPerTurn: {
        json: Math.round(bytes.json / main.turns.length),
        msgpack: Math.round(bytes.msgpack / main.turns.length),
      },
      highestRate: highest,
      burst,
      sockets: { count: flags["many-sockets"], openedInMs: Math.round(sockets.tookMs) },
      floor,
      overFloorP50Ms: rounded(measured.broadcast.p50 - floor.p50),
      bars: {
        added: measured.added.p95 < BAR_P95_MS && main.errors.length === 0,
        openHeap: open.heapUsed - empty.heapUsed < flags.conversations * 1024 * 1024,
        hibernatedHeap: hibernated.heapUsed - empty.heapUsed < flags.conversations * 50 * 1024,
      },
    }),
  );
} finally {
  endpoint.dispose();
  const code = await server.end();
  await dispose();
  if (code !== 0) console.error(`The server ended with ${code}.`);
}
process.exit(0);

/** By docs/telemetry.md. */
async function insideOf(url: string, token: string) {
  const { host } = new URL(url);
  const answer = await fetch(`http://${host}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  const ms = (name: string) => {
    const at = (share: string) =>
      Number(new RegExp(`^rubberduck_${name}_seconds\\{quantile="${share}"\\} (\\S+)`, "m").exec(text)?.[1]);
    return { p50: rounded(1000 * at("0.5")), p95: rounded(1000 * at("0.95")) };
  };
  return {
    recall: ms("recall"),
    durable: ms("durable_write"),
    firstText: ms("first_text"),
    loopHeldUp: ms("event_loop_delay"),
  };
}

interface Run {
  readonly turns: readonly ReadTurn[];
  readonly errors: readonly string[];
  readonly lateMs: readonly number[];
}

async function run(many: ConversationClients, perSecond: number, count: number, seed: number): Promise<Run> {
  const errors: string[] = [];
  const running: Promise<ReadTurn | undefined>[] = [];
  const lateMs = await poisson({ perSecond, count, seed }, (index) => {
    const free = freeFrom(many, index % flags.conversations);
    if (free === undefined) errors.push("no conversation was free");
    else running.push(tried(many, free, index, errors));
  });
  const turns = (await Promise.all(running)).flatMap((turn) => turn ?? []);
  return { turns, errors, lateMs };
}

function freeFrom(many: ConversationClients, start: number): number | undefined {
  for (let step = 0; step < flags.conversations; step++) {
    const index = (start + step) % flags.conversations;
    if (many.isFree(index)) return index;
  }
  return undefined;
}

function tried(many: ConversationClients, conversation: number, index: number, errors: string[]) {
  return many.turn(conversation, `Where is the greeting made, please (${index})?`).catch((error: Error) => {
    errors.push(error.message);
    return undefined;
  });
}

function addedMs(turns: readonly ReadTurn[]): number[] {
  return turns
    .filter(({ isAfterSummary }) => !isAfterSummary)
    .map(({ requestMs, firstTokenMs }) => requestMs + firstTokenMs);
}

function figures({ turns, errors, lateMs }: Run) {
  return {
    turns: turns.length,
    errors: errors.length,
    ...(errors.length > 0 && { firstErrors: errors.slice(0, 3) }),
    accepted: summary(turns.flatMap(({ acceptedMs }) => acceptedMs ?? [])),
    added: summary(addedMs(turns)),
    afterSummary: turns.filter(({ isAfterSummary }) => isAfterSummary).length,
    perToken: summary(turns.flatMap(({ tokenMs }) => tokenMs)),
    broadcast: summary(turns.flatMap(({ otherMs }) => otherMs)),
    lateMs: summary(lateMs),
  };
}

async function highestRate(many: ConversationClients) {
  const tried: { rate: number; addedP95: number; errors: number }[] = [];
  for (let rate = 1.5 * flags.rate; rate <= flags["most-rate"]; rate += flags.rate / 2) {
    const step = await run(many, rate, rate * STEP_SECONDS, rate);
    const addedP95 = percentile(addedMs(step.turns), 95);
    tried.push({ rate, addedP95, errors: step.errors.length });
    if (addedP95 >= BAR_P95_MS || step.errors.length > 0) break;
  }
  const good = tried.filter(({ addedP95, errors }) => addedP95 < BAR_P95_MS && errors === 0);
  return { rate: good.at(-1)?.rate ?? flags.rate, tried };
}

async function together(many: ConversationClients) {
  const errors: string[] = [];
  const all = Array.from({ length: flags.conversations }, (_, index) => tried(many, index, index, errors));
  const turns = (await Promise.all(all)).flatMap((turn) => turn ?? []);
  return {
    sends: flags.conversations,
    errors: errors.length,
    accepted: summary(turns.flatMap((turn) => turn.acceptedMs ?? [])),
  };
}
