import type { LanguageModel, ModelMessage, ModelRequest, ToolDefinition } from "../llm/languageModel.ts";
import type { Attachment, ContextItem, Receipt, SendOptions } from "../protocol/events.ts";
import type { SearchHit } from "../protocol/requests.ts";
import type { Turn } from "../protocol/transcript.ts";
import { DuckError } from "../util/errors.ts";
import type { CodeSearch } from "../workspace/codeSearch.ts";
import type { FileReader, LoadedAttachment } from "../workspace/fileReader.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import { CONTINUE_PROMPT, codeBlock, systemPrompt } from "./prompt.ts";
import { type Candidate, fit } from "./tokenBudget.ts";
import { estimatingTokenizer, loadTokenizer, type Tokenizer } from "./tokenizer.ts";

export interface ContextRequest {
  readonly model: LanguageModel;
  /** What is asked of the model; the user's own words, or what a command makes of them. */
  readonly question: string;
  readonly attachments: readonly Attachment[];
  readonly options: SendOptions;
  readonly history: readonly Turn[];
  /** Text of an answer that broke off and is to be continued. */
  readonly continues?: string;
  /** What the model may call: leaves room for what that gives. */
  readonly tools?: readonly ToolDefinition[];
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

export interface BuiltContext {
  readonly receipt: Receipt;
  readonly request: ModelRequest;
}

/** Every message costs a few tokens of framing (OpenAI's cookbook: 3, and 1 for the role). */
const TOKENS_PER_MESSAGE = 4;
const MIN_REPLY_TOKENS = 256;
const MAX_REPLY_TOKENS = 4096;
const CODE_HITS = 8;
const LEFT_OUT_SHOWN = 50;
/** A line longer than this is no code that a person wrote. */
const MAX_LINE_CHARACTERS = 100_000;
/** Room for the path and the fence around attached text. */
const LABEL_TOKENS = 60;
/** Of the room beside what must go in, kept for what tools give. */
const TOOLS_SHARE = 0.5;
/** Shares of the room beside what must go in. */
const CEILINGS = { code: 0.5, file: 0.4, selection: 0.6, history: 0.6 };

interface Part extends Candidate {
  readonly item: Omit<ContextItem, "tokens">;
  readonly group: "code" | "file" | "selection" | "history";
  readonly text?: string;
  readonly turn?: Turn;
  readonly hit?: SearchHit;
}

/**
 * Chooses what the model is told besides the question: attachments, code that matches, earlier messages. What must go in
 * (system prompt, the question, room for the answer) is set aside first; the rest competes for what is left.
 */
export class ContextBuilder {
  readonly #code: CodeSearch;
  readonly #files: FileReader;
  readonly #paths: WorkspacePaths;

  constructor(code: CodeSearch, files: FileReader, paths: WorkspacePaths) {
    this.#code = code;
    this.#files = files;
    this.#paths = paths;
  }

  async build(request: ContextRequest): Promise<BuiltContext> {
    const { model, options } = request;
    const offline = model.name.kind === "offline";
    const [hits, loaded, tokenizer] = await Promise.all([
      options.rag === false ? [] : this.#search(request),
      // Without a model nothing is sent: the code in the open file counts as what it is, a hit.
      offline ? [] : Promise.all(request.attachments.map((attachment) => this.#files.load(attachment))),
      offline ? estimatingTokenizer : loadTokenizer(),
    ]);
    const { replyTokens, budgetTokens } = roomOf(model);
    const required = requiredItems(request, tokenizer);
    const requiredTokens = sum(required);
    if (requiredTokens > budgetTokens) throw tooLong(model, requiredTokens, budgetTokens);

    const room = Math.floor((budgetTokens - requiredTokens) * (request.tools ? 1 - TOOLS_SHARE : 1));
    const attached = loaded.flatMap((attachment) => this.#attachmentPart(attachment, room, tokenizer) ?? []);
    const parts = [
      ...attached,
      ...codeParts(withoutShown(hits, attached), tokenizer),
      ...historyParts(request.history, room, tokenizer),
    ];
    const { chosen, left } = fit(parts, room, scaled(CEILINGS, room));
    const included = [...required, ...chosen.map(toItem)];
    return {
      receipt: {
        model: model.name,
        budgetTokens,
        usedTokens: sum(included),
        included,
        leftOut: left.slice(0, LEFT_OUT_SHOWN).map(({ candidate, why }) => leftOutItem(candidate, why)),
        leftOutMore: Math.max(0, left.length - LEFT_OUT_SHOWN),
      },
      request: {
        messages: messages(request, chosen),
        question: request.question,
        code: chosen.flatMap(({ hit }) => hit ?? []),
        maxTokens: replyTokens,
      },
    };
  }

  #search({ question, signal, onProgress }: ContextRequest): Promise<SearchHit[]> {
    return this.#code.search(question, { limit: CODE_HITS, signal, onWait: onProgress });
  }

  /** Undefined when it could not be read, or not even its first line fits. */
  #attachmentPart(attachment: LoadedAttachment | undefined, room: number, tokenizer: Tokenizer): Part | undefined {
    if (attachment === undefined) return undefined;
    const isSelection = attachment.kind === "selection";
    const startLine = isSelection ? attachment.startLine : 1;
    const most = Math.floor(room * CEILINGS[attachment.kind]) - LABEL_TOKENS;
    const { text: shown, lines, cut } = firstLines(attachment.text, most, tokenizer);
    if (lines === 0) return undefined;
    const endLine = startLine + lines - 1;
    const name = this.#paths.label(attachment.path);
    const label = isSelection || cut ? `${name}:${startLine}-${endLine}` : name;
    const origin = isSelection ? "selected in the editor" : "open in the editor";
    const text = codeBlock(`${label} (${origin})`, shown);
    return {
      item: {
        source: attachment.kind,
        label,
        why: cut ? `${origin}; its first ${lines} lines` : origin,
        location: { path: attachment.path, startLine, endLine },
      },
      text,
      group: attachment.kind,
      value: isSelection ? 1 : 0.75,
      tokens: tokenizer.count(text),
    };
  }
}

/** How the model's window is divided: what the prompt may take, and what is kept for the answer. */
export function roomOf({ contextWindowTokens }: LanguageModel): { replyTokens: number; budgetTokens: number } {
  const replyTokens = clamp(Math.floor(contextWindowTokens / 4), MIN_REPLY_TOKENS, MAX_REPLY_TOKENS);
  return { replyTokens, budgetTokens: contextWindowTokens - replyTokens };
}

function requiredItems(request: ContextRequest, tokenizer: Tokenizer): ContextItem[] {
  const system: ContextItem = {
    source: "system",
    label: "Instructions",
    tokens: tokenizer.count(systemPrompt(request.options, request.tools !== undefined)) + TOKENS_PER_MESSAGE,
    why: "tells the model who it is",
  };
  const continued =
    request.continues === undefined ? 0 : tokenizer.count(request.continues + CONTINUE_PROMPT) + 2 * TOKENS_PER_MESSAGE;
  const message: ContextItem = {
    source: "message",
    label: "Your message",
    tokens: tokenizer.count(request.question) + continued + TOKENS_PER_MESSAGE,
    why: "what you asked",
  };
  if (request.tools === undefined) return [system, message];
  const tools: ContextItem = {
    source: "system",
    label: "Tools",
    tokens: tokenizer.count(JSON.stringify(request.tools)),
    why: "what the model may look at by itself",
  };
  return [system, tools, message];
}

function codeParts(hits: readonly SearchHit[], tokenizer: Tokenizer): Part[] {
  return hits.map((hit) => {
    const label = `${hit.label}:${hit.startLine}-${hit.endLine}`;
    const text = codeBlock(label, hit.text);
    const location = { path: hit.path, startLine: hit.startLine, endLine: hit.endLine };
    const item = { source: "code" as const, label, why: "matches your words", score: hit.score, location };
    return { item, text, hit, group: "code", value: 0.9 * hit.score, tokens: tokenizer.count(text) };
  });
}

/** The last exchange is worth most; older ones fade. A long answer is cut, so that it cannot crowd out the rest. */
function historyParts(history: readonly Turn[], room: number, tokenizer: Tokenizer): Part[] {
  return history
    .filter((turn) => turn.kind === "chat" || turn.text !== "")
    .map((turn, index, all) => {
      const age = all.length - 1 - index;
      const cut = firstLines(turn.text, Math.floor(room * 0.25), tokenizer).text;
      const shown = { ...turn, text: cut };
      const tokens = tokenizer.count(turn.accepted.content) + tokenizer.count(cut) + 2 * TOKENS_PER_MESSAGE;
      const item = {
        source: "history" as const,
        label: quote(turn.accepted.content),
        why: age === 0 ? "just before" : "earlier in this conversation",
      };
      return { item, turn: shown, group: "history", value: age === 0 ? 0.98 : 0.7 / (1 + age / 4), tokens };
    });
}

function messages(request: ContextRequest, chosen: readonly Part[]): ModelMessage[] {
  const material = chosen.flatMap(({ text }) => text ?? []);
  const content = material.length === 0 ? request.question : `${material.join("\n\n")}\n\n${request.question}`;
  return [
    { role: "system", content: systemPrompt(request.options, request.tools !== undefined) },
    ...chosen.flatMap(({ turn }): ModelMessage[] =>
      turn === undefined
        ? []
        : [
            { role: "user", content: turn.accepted.content },
            { role: "assistant", content: turn.text },
          ],
    ),
    { role: "user", content },
    ...continuation(request.continues),
  ];
}

function continuation(continues: string | undefined): ModelMessage[] {
  if (continues === undefined) return [];
  return [
    { role: "assistant", content: continues },
    { role: "user", content: CONTINUE_PROMPT },
  ];
}

/** As many whole lines as fit. Each line is counted once, and nothing behind the last one that fits. */
function firstLines(text: string, tokens: number, tokenizer: Tokenizer): { text: string; lines: number; cut: boolean } {
  let used = 0;
  let end = 0;
  let lines = 0;
  while (end <= text.length) {
    const newline = text.indexOf("\n", end);
    const next = newline === -1 ? text.length + 1 : newline + 1;
    used += next - end > MAX_LINE_CHARACTERS ? Number.POSITIVE_INFINITY : tokenizer.count(text.slice(end, next));
    if (used > tokens) break;
    end = next;
    lines++;
  }
  return { text: text.slice(0, Math.max(0, end - 1)), lines, cut: end <= text.length };
}

/** Code that stands in what was sent along is not sent twice; the rest of a long open file still counts. */
function withoutShown(hits: readonly SearchHit[], attached: readonly Part[]): SearchHit[] {
  return hits.filter((hit) => {
    return !attached.some(({ item: { location } }) => {
      const { path, startLine, endLine } = location ?? { path: "", startLine: 0, endLine: 0 };
      return path === hit.path && startLine <= hit.startLine && hit.endLine <= endLine;
    });
  });
}

function toItem({ item, tokens }: Part): ContextItem {
  return { ...item, tokens };
}

function leftOutItem(part: Part, why: "budget" | "ceiling"): ContextItem {
  const reason = why === "budget" ? "no room was left" : `${part.item.source} reached its share of the room`;
  return { ...toItem(part), why: reason };
}

function tooLong(model: LanguageModel, needed: number, budget: number): DuckError {
  return new DuckError(
    "contextTooLong",
    `The message takes about ${needed} tokens, and ${model.name.id} has room for ${budget}. Shorten it, or ask about a file instead of pasting it.`,
  );
}

function quote(content: string): string {
  const line = content.trim().split("\n", 1)[0] ?? "";
  return line.length > 60 ? `“${line.slice(0, 59)}…”` : `“${line}”`;
}

function scaled<K extends string>(shares: Record<K, number>, room: number): Record<K, number> {
  const entries = Object.entries<number>(shares).map(([key, share]) => [key, Math.floor(share * room)]);
  return Object.fromEntries(entries) as Record<K, number>;
}

function sum(items: readonly { readonly tokens: number }[]): number {
  return items.reduce((total, { tokens }) => total + tokens, 0);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
