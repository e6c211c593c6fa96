/**
 * Code suggestions while somebody types: files of this repository, typed again key by key, with the rhythm of a person, against a
 * mock model that takes 200 to 800 ms. The waits pass on a clock that is moved by hand, what the server does is real: so a session
 * of minutes takes seconds, and `host…` is what this machine spent.
 *
 * - `hostPerKeystroke…Ms`: all that one key sets in motion until the next: the document, the look into the cache, a request that is
 *   made, read, filtered and kept; of the mock and the clock it holds what they take, too.
 * - `cached…Ms`: from the request of the editor to a suggestion that needed no model.
 * - A suggestion is accepted when its first 8 characters are those of the file, after up to six of them were typed. The mock is
 *   right in 6 of 10 cases.
 * - `hitRate`: the share of the suggestions that needed no model. `staleSuggestions`: those that came for a text that was another by
 *   then, and those that are not the rest of the one that is being typed.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { turn } from "../test/fakes/clock.ts";
import { completionWorld } from "../test/fakes/completionWorld.ts";
import { seeded } from "../test/unit/secrets/random.ts";
import { readFlags } from "./flags.ts";
import { percentile, rounded } from "./stats.ts";

const ROOT = join(import.meta.dirname, "..");
const FILES = [
  "server/util/nearest.ts",
  "server/llm/watchdog.ts",
  "server/store/slots.ts",
  "server/workspace/fuzzy.ts",
  "server/llm/prices.ts",
];
const BESIDE = ["server/llm/openai.ts", "server/llm/models.ts", "server/context/tokenBudget.ts", "server/main.ts"];
const BARS = { hostP95Ms: 5, cachedP95Ms: 20, requestsPerKeystroke: 0.2 };
const RIGHT = 0.6;
const MATCHING = 8;

const flags = readFlags("Usage: npm run -s bench:completion -- [flags]\n\nCode suggestions while somebody types.", {
  keystrokes: { help: "keys that are typed", value: 3000, least: 100 },
  seed: { help: "of the rhythm and the mock", value: 1, least: 1 },
});

const random = seeded(flags.seed);
const world = completionWorld({ isLocal: true });
const { clock, completer } = world;
for (const file of BESIDE) world.open(`file:///${file}`, await textOf(file));

const host: number[] = [];
const cached: number[] = [];
let keystrokes = 0;
let accepted = 0;
let suggestions = 0;
let fromCache = 0;
let stale = 0;

for (const file of FILES) if (keystrokes < flags.keystrokes) await typeFile(`file:///${file}`, await textOf(file));

const { requests, cancelled, shown } = completer.statistics;
const requestsPerKeystroke = rounded(requests / keystrokes);
const hostP95 = percentile(host, 95);
const cachedP95 = percentile(cached, 95);
console.log(
  JSON.stringify({
    keystrokes,
    hostPerKeystrokeP50Ms: percentile(host, 50),
    hostPerKeystrokeP95Ms: hostP95,
    hostPerKeystrokeMaxMs: percentile(host, 100),
    cachedP50Ms: percentile(cached, 50),
    cachedP95Ms: cachedP95,
    requests,
    requestsPerKeystroke,
    hitRate: rounded(fromCache / suggestions),
    staleSuggestions: stale,
    cancelled,
    shown,
    accepted,
    virtualMinutes: rounded(clock.monotonicMs() / 60_000),
    bars: {
      host: hostP95 < BARS.hostP95Ms,
      cached: cached.length > 0 && cachedP95 < BARS.cachedP95Ms,
      stale: stale === 0,
      requests: requestsPerKeystroke <= BARS.requestsPerKeystroke,
    },
  }),
);

async function typeFile(uri: string, text: string): Promise<void> {
  world.open(uri, "");
  world.says(() => ({ text: answerTo(text, typed), afterMs: 200 + random() * 600 }));
  let typed = 0;
  while (typed < text.length && keystrokes < flags.keystrokes) {
    const before = performance.now();
    // Return brings the indentation along, as an editor does.
    const key = /^(?:\n[ \t]*|.)/.exec(text.slice(typed))?.[0] ?? "";
    world.edit(uri, typed, typed, key);
    typed += key.length;
    keystrokes++;
    const first = await nextKey(uri, typed, pauseAfter(key));
    host.push(performance.now() - before);
    if (first === undefined || !text.slice(typed).startsWith(first.text.slice(0, MATCHING))) continue;
    const through = await typeThrough(uri, typed, first);
    typed += through.typed;
    const suggestion = through.left;
    const rest = text.slice(typed);
    const right = commonStart(suggestion.text, rest);
    world.edit(uri, typed, typed, right);
    typed += right.length;
    completer.accepted(suggestion.id);
    accepted++;
  }
}

/** Some keys that are what the suggestion says. */
async function typeThrough(uri: string, from: number, suggestion: { id: string; text: string }) {
  const keys = Math.min(Math.floor(random() * 7), suggestion.text.slice(0, MATCHING).length - 1);
  let left = suggestion;
  for (let typed = 0; typed < keys; typed++) {
    const before = performance.now();
    const key = left.text.slice(0, 1);
    world.edit(uri, from + typed, from + typed, key);
    keystrokes++;
    const next = await nextKey(uri, from + typed + 1, pauseAfter(key));
    host.push(performance.now() - before);
    if (next?.text !== left.text.slice(1)) stale++;
    left = { id: next?.id ?? left.id, text: left.text.slice(1) };
  }
  return { typed: keys, left };
}

/** Asks as an editor does, and lets the time to the next key pass; a suggestion that came until then. */
async function nextKey(uri: string, offset: number, pauseMs: number) {
  const cancel = new AbortController();
  const began = performance.now();
  let answer: { id: string; text: string } | undefined;
  let isOver = false;
  const asked = world.ask(uri, offset, false, cancel.signal).then((found) => {
    if (isOver && found !== undefined) stale++;
    answer = found;
  });
  await turn();
  if (answer !== undefined) {
    cached.push(performance.now() - began);
    fromCache++;
  }
  await clock.advance(pauseMs);
  isOver = true;
  cancel.abort();
  await asked;
  if (answer !== undefined) suggestions++;
  return answer;
}

/** The text as it stands in the file, or something else. */
function answerTo(text: string, at: number): string {
  const line = text.slice(at, at + 200);
  return random() < RIGHT ? line : `wrong${Math.floor(random() * 1000)}();\n`;
}

/** Around 160 ms; longer after a word, and longest at the end of a line, where people think. */
function pauseAfter(key: string): number {
  const spread = 0.5 + random();
  if (key.startsWith("\n")) return spread * (random() < 0.5 ? 1800 : 350);
  if (/\W/.test(key)) return spread * (random() < 0.12 ? 1300 : 220);
  return spread * 160;
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

async function textOf(file: string): Promise<string> {
  return readFile(join(ROOT, file), "utf8");
}
