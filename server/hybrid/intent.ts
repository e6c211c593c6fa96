import type { SlashCommand } from "../protocol/slashCommands.ts";
import { nearest } from "../util/nearest.ts";
import { bareWish, mistyped } from "./bareWish.ts";
import { CONNECTIVE, SAID_BEHIND, TAKEN_BACK } from "./manners.ts";
import { type Asked, askedBySlash, askedInWords, askedOfMemory } from "./orders.ts";
import { type Part, partsOf } from "./parts.ts";
import { memoryWords } from "./plainWords.ts";
import { withoutQuoted } from "./quoted.ts";
import { namedTarget } from "./target.ts";

/** What a message is to be taken for. */
export type Intent =
  | { readonly kind: "chat" }
  | ({ readonly kind: "command" } & Ordered)
  /** `chat`: the part of it that wants an answer. */
  | ({ readonly kind: "mixed"; readonly chat: string } & Ordered)
  | Unsure;

export interface Unsure {
  readonly kind: "unsure";
  /** unknown: no command has that name. several: more than one at once. nothing: there is nothing to work on. vague: the rest. */
  readonly why: "unknown" | "several" | "nothing" | "vague";
  /** Names of the commands that may be meant, the likeliest first. */
  readonly candidates: readonly string[];
  /** The name that no command has. */
  readonly unknown?: string;
}

export interface Ordered {
  /** Its name. */
  readonly command: string;
  /** All that stands behind the name, or all of an order in plain words, its target in front. */
  readonly argument: string;
  /** What it is to work on, as it was written, or "selection". Absent when nothing is named, nor selected. */
  readonly target?: string;
}

export interface IntentContext {
  /** The built-in ones and the user's own. */
  readonly commands: readonly SlashCommand[];
  readonly hasSelection: boolean;
  /** The open file. */
  readonly file?: string;
  /** Its language id of VS Code. */
  readonly language?: string;
}

/** In characters: a bare word, or a vague wish. */
const MOST_BARE = 100;
/** In characters: who writes more than that says something, or has a slash in front. */
const MOST = 4000;

/** A slash, and no name behind it. */
const ONLY_SIGNS = /^\s*\/([^\p{L}\p{N}\s`]{0,20})\s*$/u;

/** "fix / test src/heap.ml": names side by side, any of which may be meant, or all. */
const LISTED = /^\s*(\p{L}{2,20}(?:\s+\/\s+\p{L}{2,20}){1,5})(?=\s|$)/u;

/**
 * Tells commands from talk, by rules alone. What is quoted, negated, taken back, told, supposed or asked about is never a command;
 * in doubt it is talk, or asked about.
 */
export function classify(text: string, context: IntentContext): Intent {
  const has = (name: string) => context.commands.some((one) => one.name === name);
  const plain = has("memory") ? memoryWords(text) : undefined;
  const besides = plain === undefined ? undefined : besidesMemory(text, context);
  if (besides !== undefined) return { kind: "unsure", why: "several", candidates: ["memory", besides] };
  if (plain !== undefined) return { kind: "command", command: "memory", argument: plain };
  const signs = ONLY_SIGNS.exec(text)?.[1];
  if (signs !== undefined) return { kind: "unsure", why: "unknown", candidates: [], unknown: signs };
  const listed = LISTED.exec(text)?.[1]
    ?.split("/")
    .map((name) => name.trim().toLowerCase());
  if (listed?.every(has)) return { kind: "unsure", why: "several", candidates: listed };
  const bare = bareIntent(text, context);
  if (bare.kind !== "chat") return bare;
  if (text.length > MOST) return classifyLong(text, context);
  const covered = withoutQuoted(text);
  const parts = partsOf(text, covered, context.commands);
  const asked = parts.flatMap((part) => askedBy(part, parts, text, context));
  const behind = behindFirst(asked, covered);
  return TAKEN_BACK.test(behind) || SAID_BEHIND.test(behind) ? { kind: "chat" } : combined(asked, parts, text, context);
}

/** "remember that we use uv, and switch to codestral": a second order, about the conversation and not about code. */
function besidesMemory(text: string, context: IntentContext): string | undefined {
  const [, ...later] = partsOf(text, withoutQuoted(text), context.commands);
  const orders = later.flatMap(({ reading }) => (reading.is === "order" ? [reading.order.command] : []));
  return orders.find((name) => name === "model" || name === "clear" || name === "commit");
}

/** Only a slash in front counts; the rest is its argument. */
function classifyLong(text: string, context: IntentContext): Intent {
  const match = /^\s*\/(\p{L}[\p{L}\p{N}_-]{0,39})(?=\s)/u.exec(text);
  const command = context.commands.find(({ name }) => name === match?.[1]?.toLowerCase());
  if (match === null || command === undefined) return { kind: "chat" };
  const target = context.hasSelection && command.targets ? "selection" : undefined;
  return {
    kind: "command",
    command: command.name,
    argument: text.slice(match[0].length).trim(),
    ...(target && { target }),
  };
}

function askedBy(part: Part, parts: readonly Part[], text: string, context: IntentContext): Asked[] {
  const end = parts.find(({ start, reading }) => start > part.start && isOwn(reading.is))?.start ?? text.length;
  const said = text.slice(part.start, end);
  const told = context.commands.some(({ name }) => name === "memory") ? askedOfMemory(part, text) : undefined;
  if (told !== undefined) return [told];
  const tells = ({ is }: Part["reading"]) => is === "statement" || is === "looking";
  const earlier = parts.filter(({ start, reading }) => start < part.start && tells(reading));
  const mentioned = earlier.map(({ start, end }) => namedTarget(text.slice(start, end), false)).findLast(Boolean);
  const one =
    part.reading.is === "slash"
      ? askedBySlash(part, said, context, mentioned)
      : askedInWords(part, said, context, mentioned);
  return one === undefined ? [] : [one];
}

/** Not part of the argument of what was ordered before. */
function isOwn(is: Part["reading"]["is"]): boolean {
  return is !== "statement" && is !== "looking" && is !== "negated" && is !== "hanging";
}

function behindFirst(asked: readonly Asked[], covered: string): string {
  const first = asked.find(({ sure, command }) => sure && command !== "memory");
  return first === undefined ? "" : covered.slice(first.part.start);
}

function combined(asked: readonly Asked[], parts: readonly Part[], text: string, context: IntentContext): Intent {
  const unknown = asked.find((one) => one.unknown !== undefined);
  if (unknown?.unknown !== undefined) return unknownCommand(unknown.unknown, context);
  const talked = asked.filter(({ talk }) => talk === true).map(({ part }) => part);
  const ordered = withoutExplained(asked.filter(({ talk }) => talk !== true));
  const chats = parts.filter(
    (part) =>
      part.reading.is === "question" ||
      part.reading.is === "talk" ||
      talked.includes(part) ||
      ordered.explained.some((one) => one.part === part),
  );
  const orders = ordered.orders.filter((order) => isMeant(order, parts, chats));
  const names = [...new Set(orders.map(({ command }) => command))];
  const [first] = orders;
  if (first === undefined) {
    return ordered.orders.length > 0 || chats.length > 0
      ? { kind: "chat" }
      : suspected(mistyped(text, namesIn(context)));
  }
  if (names.length > 1)
    return names.includes("memory") && !orders.some((one) => one.bySlash)
      ? { kind: "chat" }
      : { kind: "unsure", why: "several", candidates: names };
  if (!first.sure) return chats.length > 0 && !first.bySlash ? { kind: "chat" } : unsureOrder(first, context);
  const { command, argument, target } = first;
  const order = { command, argument, ...(target !== undefined && { target }) };
  if (chats.length === 0) return { kind: "command", ...order };
  const chat = chats.map(({ start, end }) => withoutConnective(text.slice(start, end).trim())).join(" ");
  return { kind: "mixed", ...order, chat };
}

/** "refactor it and explain": what was done is to be explained, which is no command of its own. */
function withoutExplained(orders: readonly Asked[]): { orders: readonly Asked[]; explained: readonly Asked[] } {
  const [first] = orders;
  const explained = orders.filter(
    (one) => one !== first && first?.command !== "explain" && one.command === "explain" && !one.bySlash && !one.hasName,
  );
  return { orders: orders.filter((one) => !explained.includes(one)), explained };
}

/** With "don't" or "wait" beside it only what is unmistakable counts. */
function isMeant(order: Asked, parts: readonly Part[], chats: readonly Part[]): boolean {
  const is = (reading: Part["reading"]["is"]) => parts.filter((part) => part.reading.is === reading);
  const isCancelled = is("cancelled").some(({ start }) => start > order.part.start);
  if (isCancelled) return false;
  if (order.bySlash) return true;
  if (is("cancelled").length > 0) return false;
  const isNegated = is("negated").some(({ start }) => start < order.part.start);
  if (isNegated) return order.isNamed && order.command !== "explain" && chats.length === 0;
  return !(order.isNeed && chats.length > 0);
}

function unsureOrder({ bySlash, isNamed, command, others }: Asked, { file, hasSelection }: IntentContext): Intent {
  if (others !== undefined) return { kind: "unsure", why: "several", candidates: [command, ...others] };
  const isLacking = bySlash || !(isNamed || hasSelection || file !== undefined);
  return { kind: "unsure", why: isLacking ? "nothing" : "vague", candidates: [command] };
}

function unknownCommand(unknown: string, { commands }: IntentContext): Intent {
  const meant = nearest(
    unknown.toLowerCase(),
    commands.map(({ name }) => name),
  );
  return { kind: "unsure", why: "unknown", candidates: meant === undefined ? [] : [meant], unknown };
}

function bareIntent(text: string, context: IntentContext): Intent {
  if (text.length > MOST_BARE || text.trim().startsWith("/")) return { kind: "chat" };
  return suspected(bareWish(text, context.hasSelection || context.file !== undefined, namesIn(context)));
}

function suspected(candidates: readonly string[] | undefined): Intent {
  return candidates === undefined ? { kind: "chat" } : { kind: "unsure", why: "vague", candidates };
}

function namesIn({ commands }: IntentContext): string[] {
  return commands.map(({ name }) => name);
}

function withoutConnective(said: string): string {
  for (let rest = said; ; ) {
    const shorter = rest.replace(CONNECTIVE, "");
    if (shorter === rest) return rest;
    rest = shorter;
  }
}
