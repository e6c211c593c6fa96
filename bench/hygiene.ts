import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { Learner } from "../server/memory/learning/learner.ts";
import { HygieneSet, type Learned, score } from "./hygieneScore.ts";

const DEFAULT_FILE = "../shared/bench/data/hygiene-dev.json.gz";

const USAGE = `npm run -s bench:hygiene [-- FILE]

Hears conversations turn by turn and says what was learned that should have been, and what should not. FILE is in the form of
the default, ${DEFAULT_FILE}, packed by gzip or plain. Learns by rules alone, without a model.

Prints {"precision", "recall", "junkRate", "supersessionsRight", "poisonings", "secretsStored", ...}.`;

if (import.meta.main) main();

function main(): void {
  const set = read(process.argv.slice(2));
  console.log(JSON.stringify(score(set, learn(set))));
}

/** What the rules learn of a set, heard turn by turn. */
export function learn({ turns }: HygieneSet): Learned {
  let count = 0;
  const learner = new Learner(() => `m${++count}`);
  const bornAt = new Map<string, number>();
  let stored = "";
  for (const { seq, ...turn } of [...turns].sort((a, b) => a.seq - b.seq)) {
    const decisions = learner.hear({ seq, ...turn, turnId: `t${seq}` });
    for (const { id } of learner.memories) if (!bornAt.has(id)) bornAt.set(id, seq);
    stored += JSON.stringify(decisions) + JSON.stringify(learner.memories);
  }
  return { memories: learner.memories, bornAt, stored };
}

function read([file = DEFAULT_FILE, ...more]: readonly string[]): HygieneSet {
  if (file === "--help") {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    if (more.length > 0) throw new Error("Name one file.");
    return readSet(resolve(process.env.INIT_CWD ?? ".", file));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Packed by gzip or plain. Fails when it is not of the form. */
export function readSet(path: string): HygieneSet {
  const bytes = readFileSync(path);
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  return HygieneSet.parse(JSON.parse(text.toString("utf8")));
}
