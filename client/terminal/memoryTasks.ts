import { open, readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { MemoryCall } from "../../server/commands/memory/askMemory.ts";
import { allMemories, requiredMemory } from "../../server/commands/memory/whichMemory.ts";
import type {
  Memory,
  MemoryForgetResult,
  MemoryImportResult,
  MemoryKind,
  RecallHit,
} from "../../server/protocol/memory.ts";
import { MEMORY_KINDS } from "../../server/protocol/memory.ts";
import { causeOf, DuckError } from "../../server/util/errors.ts";
import { memoryLine, oneLine, overviewLines, rateLine } from "./memoryLines.ts";
import { UsageError } from "./usage.ts";

/** What a task is given. */
export interface MemoryTaskCall {
  /** What stands behind its name on the command line. */
  readonly words: readonly string[];
  readonly now: boolean;
  readonly everywhere: boolean;
  readonly ask: MemoryCall["ask"];
  /** Prints something for people that is no part of the answer. */
  readonly note: (line: string) => void;
}

/** `json` is printed with `--json`, else `lines` are. */
export interface MemoryTaskAnswer {
  readonly json: unknown;
  readonly lines: readonly string[];
}

export type MemoryTask = (typeof MEMORY_TASKS)[number];

export const MEMORY_TASKS = [
  "list",
  "search",
  "remember",
  "forget",
  "unforget",
  "undo",
  "export",
  "import",
  "test",
  "overview",
] as const;

export function isMemoryTask(name: string): name is MemoryTask {
  return MEMORY_TASKS.some((task) => task === name);
}

/** Throws UsageError when the task can do nothing with these words. */
export function checkWords(task: MemoryTask, words: readonly string[]): void {
  const said = words.join(" ").trim();
  const [least, most, message] = WORDS[task];
  if (words.length < least || words.length > most || (least > 0 && said === "")) throw new UsageError(message);
  if (task === "list" && said !== "" && kindNamed(said) === undefined) throw new UsageError(message);
}

/** How many there may be, and what to say when there are not as many. */
const WORDS: { readonly [T in MemoryTask]: readonly [least: number, most: number, message: string] } = {
  list: [0, 1, `The kinds are ${MEMORY_KINDS.join(", ")}.`],
  search: [1, 1000, "Search for what? For example: rubberduck memory search deploy"],
  remember: [1, 100_000, 'Remember what? For example: rubberduck memory remember "We deploy on Tuesdays"'],
  forget: [1, 1000, 'Forget which? Name ids: "rubberduck memory list" shows them.'],
  unforget: [1, 1000, "Bring back which? Name the ids that were forgotten."],
  undo: [0, 0, '"memory undo" takes the last change back; it takes no words.'],
  export: [0, 1, "Name one file to export to, or none."],
  import: [1, 1, "Name the file to import, or - for standard input."],
  test: [0, 0, '"memory test" takes no words.'],
  overview: [0, 0, '"memory overview" takes no words.'],
};

function kindNamed(name: string | undefined): MemoryKind | undefined {
  return MEMORY_KINDS.find((one) => name === one || name === `${one}s`);
}

/** Throws DuckError as memory does. */
export function runMemoryTask(task: MemoryTask, call: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  return TASKS[task](call);
}

const TASKS: { readonly [T in MemoryTask]: (call: MemoryTaskCall) => Promise<MemoryTaskAnswer> } = {
  list,
  search,
  remember,
  forget,
  unforget,
  undo,
  export: exportAll,
  import: importFile,
  test,
  overview,
};

async function list({ words, ask }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const kind = kindNamed(words[0]);
  const all = await allMemories({ ask }, ["active", "pending", "stale"]);
  const memories = all.filter((memory) => kind === undefined || memory.kind === kind);
  return { json: memories, lines: memories.length === 0 ? ["Nothing is remembered."] : memories.map(memoryLine) };
}

async function search({ words, ask, note }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const query = words.join(" ");
  const { hits, lexicalOnly } = await ask("rubberduck/memory/recall", { query, queryType: "search" });
  if (lexicalOnly !== undefined) note(`By words alone: ${lexicalOnly}`);
  return { json: hits.map(bare), lines: hits.length === 0 ? ["Nothing is found."] : hits.map(hitLine) };
}

/** Exactly what docs/memory.md promises. */
function bare({ id, kind, text, score, signals, source }: RecallHit) {
  return { id, kind, text, score, signals, source };
}

function hitLine({ score, ...hit }: RecallHit): string {
  return `${score.toFixed(2)}  ${hit.memory ? memoryLine(hit.memory) : `${hit.kind}  ${oneLine(hit.text)}  (${hit.source.who}, ${hit.source.at.slice(0, 10)})`}`;
}

async function remember({ words, ask }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const answer = await ask("rubberduck/memory/remember", { text: words.join(" ") });
  const { memory, outcome } = answer;
  const how = memory.status === "pending" ? "Waits in the inbox" : outcome === "known" ? "Known already" : "Remembered";
  return { json: answer, lines: [`${how}: ${memoryLine(memory)}`] };
}

async function forget({ words, now, everywhere, ask }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const memories: Memory[] = [];
  for (const id of words) memories.push(await requiredMemory({ ask }, id));
  const answer = await ask("rubberduck/memory/forget", {
    ids: memories.map(({ id }) => id),
    when: now ? "now" : "later",
    messages: everywhere ? "all" : "keep",
  });
  return { json: answer, lines: [forgottenLine(answer)] };
}

function forgottenLine({ memories, messages, finalAt }: MemoryForgetResult): string {
  const what = `${memories === 1 ? "1 memory" : `${memories} memories`}${messages > 0 ? ` and ${messages === 1 ? "1 message" : `${messages} messages`}` : ""}`;
  const until = finalAt === undefined ? "for good" : `until ${finalAt} "rubberduck memory unforget" brings it back`;
  return `Forgotten: ${what}; ${until}.`;
}

async function unforget({ words, ask }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const memories: Memory[] = [];
  for (const id of words) memories.push(await requiredMemory({ ask }, id, "forgotten"));
  await ask("rubberduck/memory/unforget", { ids: memories.map(({ id }) => id) });
  return { json: {}, lines: ["Remembered again."] };
}

async function undo({ ask }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const answer = await ask("rubberduck/memory/undo", {});
  return { json: answer, lines: [`Taken back: ${oneLine(answer.undone)}`] };
}

async function exportAll({ words, ask }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const [path] = words;
  const { text: exported } = await ask("rubberduck/memory/export", {});
  if (path === undefined) return { json: JSON.parse(exported), lines: exported.trimEnd().split("\n") };
  await writeForUserAlone(path, exported);
  return { json: { path }, lines: [`Written to ${path}, not encrypted: anybody who has the file can read it.`] };
}

async function writeForUserAlone(path: string, content: string): Promise<void> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(content).finally(() => file.close());
  } catch (cause) {
    throw new DuckError("storeFailed", `The export could not be written: ${causeOf(cause)}. Name another file.`, {
      cause,
    });
  }
}

async function importFile({ words, ask, note }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const answer = await ask("rubberduck/memory/import", { text: await contentOf(words[0] ?? "-") });
  for (const { text: refused, why } of answer.refused) note(`Refused: “${oneLine(refused)}” ${why}.`);
  return { json: answer, lines: [importedLine(answer)] };
}

async function contentOf(path: string): Promise<string> {
  if (path === "-") return text(process.stdin);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new DuckError("invalidRequest", `The import could not be read: ${causeOf(cause)}. Name another file.`, {
      cause,
    });
  }
}

function importedLine({ added, known, refused }: MemoryImportResult): string {
  return `${added} added, ${known} known already, ${refused.length} refused.`;
}

async function test({ ask }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const answer = await ask("rubberduck/memory/test", {});
  const missed = answer.missed.map(({ id, question }) => `not found: ${id}  ${oneLine(question)}`);
  return { json: answer, lines: [rateLine(answer), ...missed] };
}

async function overview({ ask }: MemoryTaskCall): Promise<MemoryTaskAnswer> {
  const answer = await ask("rubberduck/memory/overview", {});
  return { json: answer, lines: overviewLines(answer) };
}
