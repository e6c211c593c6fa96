/**
 * What it takes to choose what a model is told, from very many candidates, in this process. Times in ms.
 *
 * - `build`: one context, all sources answering at once, so that only the choosing is measured: by the model's window. Each
 *   time another question is asked of the same candidates, as in a conversation that goes on. `first` is the very first one,
 *   which reads all of the history for secrets and words; `longestBlockMs` is the longest that nobody else had a turn then.
 * - `shortTerm`: what was said before a message, read from the ring of the last messages; in microseconds.
 * - `tokens`: of all contexts, how full the fullest was (used / budget), and how many held more than their budget: counted
 *   again, in the messages as they are sent, by the real tokenizer.
 */
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { ContextBuilder } from "../server/context/contextBuilder.ts";
import type { BuiltContext } from "../server/context/contextRequest.ts";
import { loadTokenizer } from "../server/context/tokenizer.ts";
import type { LanguageModel } from "../server/llm/languageModel.ts";
import { SHORT_TERM_CAPACITY, ShortTerm, ShortTermTally } from "../server/memory/shortTerm.ts";
import { emptyTranscript } from "../server/protocol/transcript.ts";
import { systemClock } from "../server/util/clock.ts";
import { FileReader } from "../server/workspace/fileReader.ts";
import { FolderReader } from "../server/workspace/folderReader.ts";
import { WorkingDiff } from "../server/workspace/workingDiff.ts";
import { WorkspacePaths } from "../server/workspace/workspacePaths.ts";
import { candidatesFrom } from "./contextCandidates.ts";
import { readFlags } from "./flags.ts";
import { rounded, summary } from "./stats.ts";

const FOLDER = join(import.meta.dirname, "..", "server");
const WINDOWS = [8192, 32_768, 128_000];
/** What we promise ourselves. */
const BAR_BUILD_P95_MS = 30;
const BAR_BLOCK_MS = 50;
/** Reads are too short for the clock one by one: so many are timed together. */
const READS_AT_ONCE = 100;
const READS = 1000;
const WARM_UP = 5;

const QUESTIONS = [
  "Where is a message accepted, and what makes it durable?",
  "How does the context builder choose what goes into the prompt?",
  "What happens when the endpoint closes the connection in the middle of an answer?",
  "When does the circuit breaker open, and when does it try again?",
  "How are files that may hold secrets kept out of the code index?",
  "Which process owns the conversations when two windows are open on one folder?",
  "Why did we decide to write checkpoints once a second?",
];

const flags = readFlags("Usage: npm run -s bench:budget -- [flags]\n\nWhat choosing the context takes.", {
  candidates: { help: "what competes for the prompt", value: 10_000, least: 10 },
  times: { help: "contexts for each size of window", value: 100, least: 1 },
});

const { hits, recalled, history } = await candidatesFrom(FOLDER, flags.candidates);
const tokenizer = await loadTokenizer();
const paths = new WorkspacePaths([{ path: FOLDER, name: "server" }]);
const files = new FileReader(paths);
const builder = new ContextBuilder({
  ...{ files, folders: new FolderReader(files, paths), paths, diff: new WorkingDiff([]), clock: systemClock },
  code: { status: { state: "ready", files: 1, skipped: {} }, search: async () => [...hits] },
  memory: { recall: async () => ({ hits: [...recalled], muted: [], patterns: [], ms: 0 }) },
  conversation: async () => emptyTranscript,
});

const block = monitorEventLoopDelay({ resolution: 1 });
block.enable();
const first = (await timed(8192, 0)).ms;
block.disable();
const longestBlockMs = block.max / 1e6;
const build: Record<string, ReturnType<typeof summary>> = {};
let fullest = 0;
let overBudget = 0;
for (const window of WINDOWS) {
  for (let n = 0; n < WARM_UP; n++) await timed(window, n);
  const times: number[] = [];
  for (let n = 0; n < flags.times; n++) {
    const { ms, context } = await timed(window, n);
    const { used, budget } = countedAgain(context);
    times.push(ms);
    fullest = Math.max(fullest, used / budget);
    if (used > budget || context.receipt.usedTokens > budget) overBudget++;
  }
  build[window] = summary(times);
}
const worst = Math.max(...Object.values(build).map(({ p95 }) => p95));
console.log(
  JSON.stringify({
    candidates: hits.length + recalled.length + history.length,
    build,
    first: { ms: rounded(first), longestBlockMs: rounded(longestBlockMs) },
    shortTerm: { readUs: summary(readTimes()), capacity: SHORT_TERM_CAPACITY },
    tokens: { fullest: rounded(fullest), overBudget },
    bars: {
      build: worst < BAR_BUILD_P95_MS,
      overBudget: overBudget === 0,
      longestBlock: longestBlockMs <= BAR_BLOCK_MS,
    },
  }),
);

/** In microseconds each. */
function readTimes(): number[] {
  const shortTerm = new ShortTerm(new ShortTermTally());
  const tip = history.at(-1)?.accepted.turnId;
  shortTerm.start({ ...emptyTranscript, turns: history, ...(tip !== undefined && { tip }) });
  const next = history[0];
  if (next === undefined || tip === undefined) throw new Error("There is no history.");
  const message = { ...next, after: tip };
  const fromLog = () => {
    throw new Error("It was read from the log.");
  };
  return Array.from({ length: READS }, () => {
    const startedAt = performance.now();
    for (let n = 0; n < READS_AT_ONCE; n++) shortTerm.before(message, fromLog);
    return ((performance.now() - startedAt) * 1000) / READS_AT_ONCE;
  });
}

async function timed(contextWindowTokens: number, n: number): Promise<{ ms: number; context: BuiltContext }> {
  const model: LanguageModel = { name: { kind: "openai", id: "bench" }, contextWindowTokens, async *stream() {} };
  const startedAt = performance.now();
  const context = await builder.build({
    ...{ model, history, question: QUESTIONS[n % QUESTIONS.length] ?? "", asks: "chat", attachments: [], options: {} },
    ...{ summaries: [], conversationId: "bench", signal: new AbortController().signal, onProgress: () => {} },
  });
  return { ms: performance.now() - startedAt, context };
}

/** In pieces, since of a very long text only the beginning is counted and the rest estimated, on the high side. */
function exactly(text: string): number {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  let tokens = 0;
  for (let at = 0; at < lines.length; at += 500) tokens += tokenizer.count(lines.slice(at, at + 500).join(""));
  return tokens;
}

/** OpenAI's cookbook: 4 tokens for each message, 3 for the beginning of the answer. */
function countedAgain({ receipt, request }: BuiltContext): { used: number; budget: number } {
  const used = request.messages.reduce((sum, { content }) => sum + exactly(content) + 4, 3);
  return { used, budget: receipt.budgetTokens };
}
