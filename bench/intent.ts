import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { classify } from "../server/hybrid/intent.ts";
import {
  type Answered,
  BUILT_IN,
  isChatRight,
  isFalseRun,
  isRight,
  isTargetRight,
  scoreIntents,
} from "./intentScore.ts";
import { type IntentItem, IntentSet, readSamples } from "./intentSet.ts";
import { codeActionTimes, suggestTimes } from "./offeredTimes.ts";
import { percentile } from "./stats.ts";

const SAMPLES = "bench/intentSamples.txt";

const USAGE = `npm run -s bench:intent [-- FILE]

Tells commands from talk by rules alone, without a model, and says how often that is right. FILE is JSON of the form
{"commands", "items"}, or lines as in the default, ${SAMPLES}.

Prints {"kindAccuracy", "commandAccuracy", "falseRuns", "classifyP95Ms", ..., "wrong"}.`;
const ROUNDS = 20;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const items = read(process.argv.slice(2));
  const answers = items.map((item): Answered => ({ item, intent: intentOf(item) }));
  const wrong = answers.filter((one) => !isRight(one) || isFalseRun(one) || !areDetailsRight(one));
  console.log(
    JSON.stringify({
      ...scoreIntents(answers),
      classifyP95Ms: percentile(timesOf(items), 95),
      suggestP95Ms: percentile(await suggestTimes(), 95),
      codeActionsP95Ms: percentile(codeActionTimes(), 95),
      wrong: wrong.map(({ item, intent }) => ({ id: item.id, text: item.text, expected: item.expected, got: intent })),
    }),
  );
}

function areDetailsRight(answered: Answered): boolean {
  const { item } = answered;
  const isTarget = item.expected.target === null || answered.intent.kind === "unsure" || isTargetRight(answered);
  return isTarget && (item.expected.kind !== "mixed" || isChatRight(answered));
}

function intentOf({ text, context: { selection, file, language } }: IntentItem) {
  return classify(text, {
    commands: BUILT_IN,
    hasSelection: selection,
    ...(file !== null && { file }),
    ...(language !== null && { language }),
  });
}

function timesOf(items: readonly IntentItem[]): number[] {
  return Array.from({ length: ROUNDS }, () => items)
    .flat()
    .map((item) => {
      const start = performance.now();
      intentOf(item);
      return performance.now() - start;
    });
}

function read([file = SAMPLES, ...more]: readonly string[]): IntentItem[] {
  if (file === "--help") {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    if (more.length > 0) throw new Error("Name one file.");
    const text = readFileSync(resolve(process.env.INIT_CWD ?? ".", file), "utf8");
    return file.endsWith(".txt") ? readSamples(text) : IntentSet.parse(JSON.parse(text)).items;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}
