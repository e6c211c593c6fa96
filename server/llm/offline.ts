import type { RecallHit } from "../protocol/memory.ts";
import type { IndexStatus, SearchHit } from "../protocol/requests.ts";
import { languageOf } from "../util/languageOf.ts";
import { codeFence, plainText, sourceLink } from "../util/markdown.ts";
import type { LanguageModel, ModelPart, ModelRequest } from "./languageModel.ts";

/** Answers without a model: what is remembered, the best matching code, with links, and how to connect a model. */
export class OfflineModel implements LanguageModel {
  readonly name;
  /** Nothing is sent anywhere; this bounds what is shown. */
  readonly contextWindowTokens = 32_768;
  readonly #indexStatus: () => IndexStatus;

  /** `reason`: why it answers although another model was chosen. */
  constructor(indexStatus: () => IndexStatus, reason?: string) {
    this.#indexStatus = indexStatus;
    this.name = { kind: "offline" as const, id: "offline", ...(reason !== undefined && { reason }) };
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    for (const text of this.#answer(request)) {
      signal.throwIfAborted();
      yield { type: "text", text };
    }
    yield { type: "finish", reason: "complete" };
  }

  *#answer({ question, code, remembered = [] }: ModelRequest): Generator<string> {
    const words = wordsOf(question);
    yield "**No model was used.** ";
    if (remembered.length > 0) {
      yield "This is remembered from earlier conversations:\n\n";
      for (const hit of remembered.slice(0, SHOWN)) yield `- ${rememberedLine(hit)}\n`;
      yield "\n";
    }
    if (code.length === 0) {
      if (remembered.length === 0) yield nothingFound(this.#indexStatus());
    } else {
      yield "These places in your code match your words best:\n\n";
      for (const [index, hit] of code.slice(0, SHOWN).entries()) yield `${index + 1}. ${place(hit, words)}\n\n`;
      const rest = code.slice(SHOWN);
      if (rest.length > 0) yield `Also: ${rest.map((hit) => sourceLink(hit.label, hit.startLine)).join(", ")}\n\n`;
    }
    const { reason } = this.name;
    yield reason === undefined
      ? "For an answer in words, connect a model: run **RubberDuck: Choose Model**."
      : `${reason} To use another model, run **RubberDuck: Choose Model**.`;
  }
}

const SHOWN = 5;
const EXTRACT_LINES = 6;
const MAX_LINE_LENGTH = 160;
const MAX_REMEMBERED_LENGTH = 400;

/** The day, what it is, and its text as it stands: Markdown in it is shown, not obeyed. */
function rememberedLine({ kind, text, source, memory }: RecallHit): string {
  const day = source.at.slice(0, 10);
  const who = source.who === "assistant" ? "I said" : "you said";
  const what = kind === "episode" ? who : kind;
  const stale = memory?.status === "stale" ? ", possibly outdated" : "";
  const shown = text.length > MAX_REMEMBERED_LENGTH ? `${text.slice(0, MAX_REMEMBERED_LENGTH - 1)}…` : text;
  return `${day}, ${what}${stale}: ${plainText(shown)}`;
}

function nothingFound(status: IndexStatus): string {
  if (status.state === "off" || status.state === "failed") {
    return `I could not search your code: ${status.message ?? "there is no index."}\n\n`;
  }
  const files = status.files === 1 ? "1 file" : `${status.files.toLocaleString("en")} files`;
  return `I found nothing in ${files} for these words. Try a name that stands in the code: a function, a file, an error text.\n\n`;
}

/** Link, then the lines around the best line of the chunk. */
function place(hit: SearchHit, words: readonly string[]): string {
  const lines = hit.text.split("\n");
  const best = bestWindow(lines, words);
  const shown = lines.slice(best, best + EXTRACT_LINES).map((line) => line.slice(0, MAX_LINE_LENGTH));
  const text = shown.join("\n").trimEnd();
  return `${sourceLink(hit.label, hit.startLine + best)}\n\n${codeFence(text, languageOf(hit.path))}`;
}

/** The window of lines in which most of the question's words stand, a definition counting more. */
function bestWindow(lines: readonly string[], words: readonly string[]): number {
  const scores = lines.map((line) => score(line, words));
  let best = 0;
  let bestScore = -1;
  for (let start = 0; start <= Math.max(0, lines.length - EXTRACT_LINES); start++) {
    const total = scores
      .slice(start, start + EXTRACT_LINES)
      .reduce((sum, value, index) => sum + value / (1 + index / 8), 0);
    if (total > bestScore) {
      best = start;
      bestScore = total;
    }
  }
  while (best < lines.length - 1 && lines[best]?.trim() === "") best++;
  return best;
}

const DEFINITION = /\b(function|class|interface|type|def|fn|func|struct|enum|const|export|public|private|async)\b/;

function score(line: string, words: readonly string[]): number {
  const lower = line.toLowerCase();
  const found = words.filter((word) => lower.includes(word)).length;
  return found === 0 ? 0 : found + (DEFINITION.test(line) ? 1 : 0);
}

function wordsOf(question: string): string[] {
  const words = question.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? [];
  return [...new Set(words)].map((word) => (word.length > 5 ? word.replace(/(ing|ied|ed|es|s)$/, "") : word));
}
