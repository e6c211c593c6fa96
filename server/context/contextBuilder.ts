import type { LanguageModel, ModelMessage, ModelRequest, ToolDefinition } from "../llm/languageModel.ts";
import type { Attachment } from "../protocol/attachments.ts";
import type { ContextItem, Receipt, SendOptions } from "../protocol/events.ts";
import { labelOf } from "../protocol/modelLabel.ts";
import type { SearchHit } from "../protocol/requests.ts";
import type { Turn } from "../protocol/transcript.ts";
import { DuckError } from "../util/errors.ts";
import { countRedactions } from "../util/redaction.ts";
import { CONTINUE_PROMPT, systemPrompt } from "./prompt.ts";
import { attachedParts } from "./sources/attached.ts";
import { AttachmentReader, type AttachmentSources, type Missing } from "./sources/attachmentReader.ts";
import { codeParts, withoutShown } from "./sources/code.ts";
import { historyParts } from "./sources/history.ts";
import { readImages } from "./sources/images.ts";
import { searchWords } from "./sources/labels.ts";
import { CEILINGS, type Part, TOKENS_PER_MESSAGE } from "./sources/part.ts";
import { fit } from "./tokenBudget.ts";
import { estimatingTokenizer, loadTokenizer, type Tokenizer } from "./tokenizer.ts";
import { materialWithoutSecrets, RequestsWithoutSecrets } from "./withoutSecrets.ts";

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

const MIN_REPLY_TOKENS = 256;
const MAX_REPLY_TOKENS = 4096;
const CODE_HITS = 8;
const LEFT_OUT_SHOWN = 50;
/** What the list of tools is called in the receipt. */
export const TOOLS_LABEL = "Tools";
/** Of the room beside what must go in, kept for what tools give. */
const TOOLS_SHARE = 0.5;

/**
 * Chooses what the model is told besides the question: attachments, code that matches, earlier messages. What must go in
 * (system prompt, the question, room for the answer) is set aside first; the rest competes for what is left.
 */
export class ContextBuilder {
  readonly #sources: AttachmentSources;
  readonly #reader: AttachmentReader;
  readonly #withoutSecrets = new RequestsWithoutSecrets();

  constructor(sources: AttachmentSources) {
    this.#sources = sources;
    this.#reader = new AttachmentReader(sources);
  }

  /** A search would not have to wait for the first index. */
  get canSearch(): boolean {
    return this.#sources.code.status.state === "ready";
  }

  async build(given: ContextRequest): Promise<BuiltContext> {
    const request = this.#withoutSecrets.of(given);
    const { model, options, signal } = request;
    const offline = model.name.kind === "offline";
    const query = this.#query(request);
    const [hits, read, tokenizer] = await Promise.all([
      options.rag === false ? [] : this.#search(query, request),
      // Without a model nothing is sent: the code in the open file counts as what it is, a hit.
      offline ? NOTHING : this.#reader.read(request.attachments, query, signal),
      offline ? estimatingTokenizer : loadTokenizer(),
    ]);
    const { replyTokens, budgetTokens } = roomOf(model);
    const required = requiredItems(request, tokenizer);
    const requiredTokens = sum(required);
    if (requiredTokens > budgetTokens) throw tooLong(model, requiredTokens, budgetTokens);

    const room = Math.floor((budgetTokens - requiredTokens) * (request.tools ? 1 - TOOLS_SHARE : 1));
    const images = offline ? NO_IMAGES : readImages(request.attachments, model);
    const attached = [...images.parts, ...attachedParts(read.materials.map(materialWithoutSecrets), room, tokenizer)];
    const parts = [
      ...attached,
      ...codeParts(withoutShown(hits, attached), tokenizer),
      ...historyParts(request.history, room, tokenizer),
    ];
    const { chosen, left } = fit(parts, room, scaled(CEILINGS, room));
    const included = [...required, ...chosen.map(toItem)];
    const sent = messages(request, chosen);
    const leftOut = [
      ...[...read.missing, ...images.missing].map(missingItem),
      ...left.map(({ candidate, why }) => leftOutItem(candidate, why)),
    ];
    return {
      receipt: {
        model: model.name,
        budgetTokens,
        usedTokens: sum(included),
        included,
        leftOut: leftOut.slice(0, LEFT_OUT_SHOWN),
        leftOutMore: Math.max(0, leftOut.length - LEFT_OUT_SHOWN),
        redacted: countRedactions(sent.map(({ content }) => content).join("\n")),
      },
      request: {
        messages: sent,
        question: request.question,
        code: chosen.flatMap(({ hit }) => hit ?? []),
        maxTokens: replyTokens,
      },
    };
  }

  /** What is named tells where to look as well as what is asked. */
  #query({ question, attachments }: ContextRequest): string {
    return [question, ...searchWords(attachments, this.#sources.paths)].join("\n");
  }

  #search(query: string, { attachments, signal, onProgress }: ContextRequest): Promise<SearchHit[]> {
    const near = pathsOf(attachments);
    return this.#sources.code.search(query, { limit: CODE_HITS, near, signal, onWait: onProgress });
  }
}

/** How the model's window is divided: what the prompt may take, and what is kept for the answer. */
export function roomOf({ contextWindowTokens }: LanguageModel): { replyTokens: number; budgetTokens: number } {
  const replyTokens = clamp(Math.floor(contextWindowTokens / 4), MIN_REPLY_TOKENS, MAX_REPLY_TOKENS);
  return { replyTokens, budgetTokens: contextWindowTokens - replyTokens };
}
const NOTHING = { materials: [], missing: [] };
const NO_IMAGES = { parts: [], missing: [] };

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
    label: TOOLS_LABEL,
    tokens: tokenizer.count(JSON.stringify(request.tools)),
    why: "what the model may look at by itself",
  };
  return [system, tools, message];
}

function messages(request: ContextRequest, chosen: readonly Part[]): ModelMessage[] {
  const material = chosen.flatMap(({ text }) => text ?? []);
  const content = material.length === 0 ? request.question : `${material.join("\n\n")}\n\n${request.question}`;
  const images = chosen.flatMap(({ image }) => image ?? []);
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
    { role: "user", content, ...(images.length > 0 && { images }) },
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

function toItem({ item, tokens }: Part): ContextItem {
  return { ...item, tokens };
}

function leftOutItem(part: Part, why: "budget" | "ceiling"): ContextItem {
  const reason = why === "budget" ? "no room was left" : `${part.item.source} reached its share of the room`;
  return { ...toItem(part), why: reason };
}

function pathsOf(attachments: readonly Attachment[]): string[] {
  return attachments.flatMap((attachment) => ("path" in attachment && attachment.path ? [attachment.path] : []));
}

function missingItem({ attachment, source, label, why }: Missing): ContextItem {
  return { source, label, tokens: 0, why, attachment, missing: true };
}

function tooLong(model: LanguageModel, needed: number, budget: number): DuckError {
  return new DuckError(
    "contextTooLong",
    `The message takes about ${needed} tokens, and ${labelOf(model.name)} has room for ${budget}. Shorten it, or ask about a file instead of pasting it.`,
  );
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
