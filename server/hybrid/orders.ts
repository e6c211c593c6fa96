import type { SlashCommand } from "../protocol/slashCommands.ts";
import { POINTS_EASTERN } from "./eastern.ts";
import type { IntentContext } from "./intent.ts";
import { IN_GENERAL, SPEAKS_OF_IT } from "./manners.ts";
import type { Part } from "./parts.ts";
import { memoryWords } from "./plainWords.ts";
import { ONLY_PRONOUN, POINTS, SAYS_FILE, SAYS_SELECTION } from "./pointing.ts";
import { calledTarget, namedTarget } from "./target.ts";
import { MODEL_NAME, type Order } from "./verbs.ts";

/** What one part asks for. */
export interface Asked {
  readonly part: Part;
  readonly command: string;
  readonly argument: string;
  readonly target?: string;
  /** False: it asks for something, but not for enough to do it. */
  readonly sure: boolean;
  readonly bySlash: boolean;
  /** What it works on is named, selected or open. */
  readonly isNamed: boolean;
  /** The same, by a name. */
  readonly hasName: boolean;
  /** It is a wish for an answer after all. */
  readonly talk?: true;
  /** "I need …", which may also be the beginning of a question. */
  readonly isNeed?: true;
  /** Commands that its argument names as well. */
  readonly others?: readonly string[];
  /** The name behind the slash is that of no command. */
  readonly unknown?: string;
}

/** What a name behind a slash asks for; undefined when it is spoken of, or is the name of a folder. */
export function askedBySlash(part: Part, said: string, context: IntentContext, mentioned?: string): Asked | undefined {
  if (part.reading.is !== "slash") return undefined;
  const { name, behind } = part.reading;
  const rest = said.slice(behind);
  if (SPEAKS_OF_IT.test(rest) || FOLDERS.test(name)) return undefined;
  const command = context.commands.find((one) => one.name === name.toLowerCase());
  const base = {
    part,
    bySlash: true,
    argument: rest.trim(),
    command: command?.name ?? name,
    isNamed: false,
    hasName: false,
  };
  if (command === undefined) return { ...base, sure: false, unknown: name };
  const other = otherIn(rest, command, context.commands);
  if (other !== undefined) return { ...base, sure: false, others: [other] };
  const target = meantBy(rest, targetIn(rest, command, context, true), mentioned);
  const named = target !== undefined && { target, isNamed: true, hasName: target !== "selection" };
  return { ...base, ...named, sure: hasEnough(rest, command, context, target) };
}

const FOLDERS =
  /^(?:usr|etc|var|tmp|home|opt|bin|sbin|dev|proc|sys|mnt|root|srv|lib\d*|boot|users|applications|library)$/iu;

/** A second command in the argument of the first. */
function otherIn(rest: string, { targets, name }: SlashCommand, commands: readonly SlashCommand[]): string | undefined {
  if (name === "generate") return undefined;
  if (targets === undefined) {
    const names = [...rest.matchAll(/(?:^|\s)\/(\p{L}+)(?=[\s,.;!?]|$)/gu)].map(([, next]) => next?.toLowerCase());
    return name === "memory" ? undefined : commands.find((one) => names.includes(one.name))?.name;
  }
  const found = [
    ...rest.matchAll(
      /(?:^|\s)(?:(the|an?|my|our|this|route|endpoint|path|get|post|folder)\s+)?\/(\p{L}+)(?=[\s,.;!?]|$)/giu,
    ),
  ];
  return found.find(
    ([, article, other]) => article === undefined && commands.some((one) => one.name === other?.toLowerCase()),
  )?.[2];
}

function hasEnough(rest: string, { name, needs = [] }: SlashCommand, context: IntentContext, target?: string): boolean {
  const said = rest.trim();
  // "/help me understand …" is talk that begins with a slash.
  if (/^[?？]+$/u.test(said) || (name === "help" && /^(?:me|us|with)(?!\p{L})/iu.test(said))) return false;
  if (name === "generate") return said !== "";
  if (!needs.includes("target") || target !== undefined || context.file !== undefined) return true;
  return said !== "" && !POINTS.test(said);
}

/** "remember that …", with more behind it. */
export function askedOfMemory(part: Part, text: string): Asked | undefined {
  if (part.reading.is === "slash" || part.reading.is === "order") return undefined;
  const argument = memoryWords(text.slice(part.start, part.end));
  if (argument === undefined) return undefined;
  return { part, command: "memory", argument, sure: true, bySlash: false, isNamed: true, hasName: true };
}

/**
 * What an order in plain words asks for.
 * @param mentioned what was named last before it.
 */
export function askedInWords(part: Part, said: string, context: IntentContext, mentioned?: string): Asked | undefined {
  const { reading } = part;
  if (reading.is !== "order" && reading.is !== "wish") return undefined;
  const command = context.commands.find(({ name }) => name === reading.order.command);
  if (command === undefined) return undefined;
  const behind = reading.is === "order" ? reading.behind : 0;
  const clause = said.trim().replace(/[\s.!?]+$/u, "");
  const object = objectOf(said.slice(behind), reading.order);
  const target = meantBy(object, targetIn(said.slice(behind), command, context, false), mentioned);
  const isNamed = target !== undefined && target !== "selection";
  const asked = { part, bySlash: false, command: command.name, isNamed: target !== undefined, hasName: isNamed };
  const isBare =
    command.targets !== undefined &&
    NO_OBJECT.test(said.slice(behind)) &&
    !(reading.is === "order" && reading.polite && context.hasSelection);
  const decided = reading.is === "wish" || isBare ? "doubt" : decide(reading.order, object, isNamed, context);
  return {
    ...asked,
    ...(target !== undefined && { target }),
    argument: argumentOf(command.name, clause, isNamed ? target : undefined),
    sure: decided === "run",
    ...(decided === "talk" && { talk: true }),
    ...(/^(?:i|we|ich) /iu.test(said.slice(reading.is === "order" ? reading.at : 0)) && { isNeed: true }),
  };
}

/** A verb alone is a wish, but no order, however often it is said. */
const NO_OBJECT =
  /^(?:[\s.!?,]|(?:please|pls|plz|now|asap|quickly|again|fix|test|refactor|explain|analy[sz]e|document|complete|thanks?|bitte|mal|jetzt)(?!\p{L}))*$/iu;

/** "there is a bug in a.ts, fix it": a pronoun means what was named. */
function meantBy(object: string, target: string | undefined, mentioned: string | undefined): string | undefined {
  const isOpen = target === undefined || target === "selection";
  return isOpen && ONLY_PRONOUN.test(object.trim()) ? (mentioned ?? target) : target;
}

/** What is worked on: "unit tests for the parser" → "the parser". */
function objectOf(rest: string, { command }: Order): string {
  const behind = rest.trim();
  if (command !== "test" && command !== "doc") return behind;
  return (
    /(?<!\p{L})(?:for|to|in|of|on|around|für|zu|pour|à|dans|para|a|en|per|voor|aan|для|к|в|with)\s+([\s\S]*)$/iu.exec(
      behind,
    )?.[1] ?? behind
  );
}

function decide(
  { command, code }: Order,
  object: string,
  isNamed: boolean,
  context: IntentContext,
): "run" | "doubt" | "talk" {
  if (IN_GENERAL.test(object)) return "talk";
  const points = POINTS.test(object) || POINTS_EASTERN.test(object);
  const hasPlace = context.hasSelection || (context.file !== undefined && !ONLY_PRONOUN.test(object));
  switch (command) {
    case "commit":
    case "memory":
    case "model":
    case "clear":
    case "help":
    case "generate":
      return "run";
    case "analyze":
      if (WHOLE.test(object)) return "run";
      return isNamed || !points || hasPlace
        ? code === undefined || isNamed || (points && hasPlace)
          ? "run"
          : "talk"
        : "doubt";
    case "explain":
      if (isNamed) return "run";
      if (points) return hasPlace ? "run" : "doubt";
      if (object.replace(/[\s.!?]/g, "") === "") return "doubt";
      return context.hasSelection && !code && OF_THIS.test(object) ? "run" : "talk";
    default:
      if (isNamed) return "run";
      if (ANY_SUCH.test(object)) return "doubt";
      if (code !== undefined)
        return points ? (hasPlace ? "run" : "doubt") : context.hasSelection && OF_THIS.test(object) ? "run" : "talk";
      if (context.hasSelection) return "run";
      if (points || isVague(object)) return hasPlace && object !== "" ? "run" : "doubt";
      return "run";
  }
}

/** "can you refactor code?" asks whether you can. */
const ANY_SUCH = /^(?:code|bugs|functions|classes|files|things|stuff|software|programs|errors)[\s.!?]*$/iu;

/** "the retry logic", "why it fails": there is something that it is of. "How TCP works" is of nothing here. */
const OF_THIS =
  /^(?:the|(?:why|how|what)(?=\s+(?:the|it|its|this|that|these|those|they|we|i|you|he|she|my|our|all|each|every|any|there|is|are|was|does|do|did|happens)(?!\p{L})|[\s.!?]*$)|was|wie|warum|d(?:ie|er|as|en)|le|la|l'|el|il|o|a|de|het|pourquoi|comment)(?!\p{L})/iu;

const WHOLE =
  /(?<!\p{L})(?:projects?|repo(?:sitory)?|codebase|code base|workspace|projekt|projet|proyecto|projeto|progetto|проект)(?!\p{L})/iu;

function isVague(object: string): boolean {
  return /^(?:(?:some|a few|the|my|all|more|unit|missing|please|bitte|up|for me)\s+)*(?:tests?|specs?|bugs?|issues?|problems?|errors?|code|docs?|comments?|documentation|something|everything|anything|stuff|things?|mess|function|file|please)?[\s.!?]*$/iu.test(
    object,
  );
}

function targetIn(
  rest: string,
  { name, targets }: SlashCommand,
  context: IntentContext,
  bySlash: boolean,
): string | undefined {
  if (targets === undefined) return undefined;
  if (name === "generate") return namedTarget(rest, true);
  const { hasSelection, file } = context;
  if (hasSelection && SAYS_SELECTION.test(rest)) return "selection";
  const named = namedTarget(rest, name === "refactor");
  if (named !== undefined) return named;
  const only = bySlash ? ONLY_WORD.exec(rest)?.[1] : undefined;
  if (only !== undefined && !(hasSelection && HOW.test(only)) && !POINTS.test(only)) return only;
  if (hasSelection) return SAYS_FILE.test(rest) ? (file ?? "selection") : "selection";
  return calledTarget(rest) ?? (SAYS_FILE.test(rest) ? file : undefined);
}

const ONLY_WORD = /^\s*[`"']?([\p{L}_$][\p{L}\p{N}_$-]*)[`"']?[\s.!]*$/u;
const HOW = /ly$|^(?:async|faster|better|please|simpler|shorter|again|bitte|everything)$/iu;

function argumentOf(command: string, clause: string, target: string | undefined): string {
  switch (command) {
    case "commit":
    case "clear":
    case "help":
      return "";
    case "memory":
      return memoryWords(clause) ?? "";
    case "model":
      return MODEL_NAME.exec(clause)?.[0] ?? "";
    default:
      return target === undefined ? clause : `${target} ${clause}`;
  }
}
