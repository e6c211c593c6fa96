import { easternOrder } from "./eastern.ts";
import {
  ASKS,
  CANCELLED,
  FILLER,
  INVERTED,
  LATER,
  LOOKS,
  NEGATED,
  NOT_WITHIN,
  OPENER,
  POLITE,
  POLITE_FILLER,
  PRAISE,
  SPEAKS_OF_DOING,
  SUBORDINATE,
  WISHES_TALK,
} from "./manners.ts";
import { LAST, ORDERS, type Order } from "./verbs.ts";

/** What one clause is by itself. `at`: where the order begins behind "please" and "can you", in characters of the clause. */
export type Reading =
  | { readonly is: "slash"; readonly name: string; readonly at: number; readonly behind: number }
  | {
      readonly is: "order";
      readonly order: Order;
      readonly at: number;
      readonly behind: number;
      readonly polite: boolean;
    }
  /** Somebody thinks aloud about an order. */
  | { readonly is: "wish"; readonly order: Order }
  | { readonly is: "negated" | "cancelled" | "question" | "talk" | "hanging" | "filler" | "looking" | "statement" };

/** @param covered the clause, with what is quoted in it covered. */
export function readingOf(covered: string): Reading {
  const lead = /^[\s([*_>-]*/.exec(covered)?.[0].length ?? 0;
  const { at, polite, isHedged } = openingOf(covered, lead);
  const rest = covered.slice(at);
  if (rest.trim() === "") return { is: "filler" };
  const slash = SLASH.exec(rest);
  if (slash !== null) return { is: "slash", name: slash[2] ?? "", at, behind: at + slash[0].length };
  if (FILLER.test(rest)) return { is: "filler" };
  const found = orderIn(rest, polite);
  if (found?.order.command === "help") return { is: "order", order: found.order, at, behind: at, polite: true };
  if (CANCELLED.test(rest)) return { is: "cancelled" };
  if (NEGATED.test(rest) || (found !== undefined && (NOT_WITHIN.test(rest) || LATER.test(rest))))
    return { is: "negated" };
  if (SUBORDINATE.test(rest) && !(INVERTED.test(rest) && /^wh/iu.test(rest) && /[?？]\s*$/u.test(rest)))
    return { is: "hanging" };
  if (WISHES_TALK.test(rest) || WISHES_TALK.test(covered.slice(lead))) return { is: "talk" };
  if (found === undefined && LOOKS.test(rest) && !isQuestion(rest)) return { is: "looking" };
  if (found === undefined) return { is: polite || isQuestion(rest) ? "question" : "statement" };
  const isAsked = /[?？]\s*$/u.test(rest);
  if (isAsked && CHOICE.test(rest)) return { is: "question" };
  if (isHedged || (isAsked && !polite)) return { is: "wish", order: found.order };
  return { is: "order", order: found.order, at, behind: at + found.length, polite };
}

/** "/fix", "run /fix on"; a path or a pattern is none. */
const SLASH =
  /^((?:run|do|use|execute|apply|perform|call|mach(?:e)?|führe?|lance|exécute|ejecuta|roda|rode|esegui|voer|запусти)(?: an?| the| mal)? )?\/(\p{L}[\p{L}\p{N}_-]{0,39})(?=[\s,.;:!?)\]…]|$)(?![.:]\S)[:,]?/iu;

/** "can you refactor it or is it fine?" asks for advice. */
const CHOICE =
  /(?<!\p{L})(?:or|oder|ou|o|of|или) (?:is|are|should|shall|leave|just|do|does|would|not|keep|rather|lieber|ist|soll\p{L}*|nicht|c'est|laisser|non|es|dejar\p{L}*|é|deixar|lasciare)(?!\p{L})/iu;

function openingOf(covered: string, lead: number): { at: number; polite: boolean; isHedged: boolean } {
  let at = lead;
  let polite = false;
  let isHedged = false;
  for (let round = 0; round < 8; round++) {
    const rest = covered.slice(at);
    // "No need to" begins with "no", "so that" with "so": what is longer is looked at first.
    if (round > 0 && (NEGATED.test(rest) || WISHES_TALK.test(rest))) break;
    const hedge = HEDGE.exec(rest);
    const asked = POLITE.exec(rest);
    const said = asked ?? hedge ?? (polite ? POLITE_FILLER.exec(rest) : null) ?? OPENER.exec(rest) ?? PRAISE.exec(rest);
    if (said === null) break;
    if (asked !== null) polite = true;
    if (hedge !== null) isHedged = true;
    at += said[0].length;
  }
  return { at, polite, isHedged };
}

const HEDGE =
  /^(?:hmm+|hm|um+|uh+|maybe|perhaps|probably|possibly|vielleicht|ähm?|peut-être|quizás?|talvez|forse|misschien|может быть|наверное)(?![\p{L}'’-])[\s,!.…]*/iu;

function orderIn(rest: string, polite: boolean): { order: Order; length: number } | undefined {
  for (const said of polite ? [rest, ...withoutGerund(rest)] : [rest]) {
    const found = firstIn(said);
    if (found !== undefined) return { ...found, length: found.length + rest.length - said.length };
  }
  const eastern = easternOrder(rest);
  if (eastern !== undefined) return { order: { command: eastern, said: /^/u }, length: 0 };
  return lastIn(rest, polite);
}

function firstIn(whole: string): { order: Order; length: number } | undefined {
  const said = whole.replace(PLEASE_BEHIND, "");
  for (const order of ORDERS) {
    const match = order.said.exec(said);
    if (match === null) continue;
    const behind = said.slice(match[0].length);
    if (order.object !== undefined && !order.object.test(behind)) continue;
    if (order.unless?.test(said) || SPEAKS_OF_DOING.test(behind) || COMPARES.test(behind)) continue;
    if (IS_SUBJECT.test(behind)) continue;
    return { order, length: match[0].length };
  }
  return undefined;
}

/** "Document stores vs tables?" */
const COMPARES = /^\s+\S+\s+(?:vs\.?|versus)\s/iu;

/** "Fix versions in package.json are pinned": the verb is a noun, and begins what something is said of. */
const IS_SUBJECT =
  /^(?:\s+(?!(?:th(?:e|is|at|ese|ose)|an?|my|our|your|all|any|every|each|it|that|which|who|where|when|wh?at|how|why|if|so|because|since|as|until|unless|while|and|but|or|to)(?!\p{L}))[^\s,;:.!?]+(?:\.\w+)?){1,6}?(?:\s+the\s+[^\s,;:.!?]+(?:\s+[^\s,;:.!?]+)?)?\s+(?:is|are|was|were|takes?|gets?|keeps?|seems?|always|never)(?=\s)/iu;

/** Without a word of it the order is the same. */
const PLEASE_BEHIND =
  /[ \t](?:stp|svp|s'il (?:te|vous) pla[iî]t|por favor|per favore|alsjeblieft|bitte|пожалуйста)[\s.!]*$/iu;

/** "Tests für parse.ts schreiben": nobody in it does it. */
function lastIn(rest: string, polite: boolean): { order: Order; length: number } | undefined {
  const said = rest.replace(/[\s.!?]+$/, "").replace(/[\s,]+(?:bitte|alsjeblieft|für mich|voor mij)$/iu, "");
  if (SOMEBODY.test(said) || (!polite && ASKS.test(said))) return undefined;
  const order = LAST.find((one) => one.said.test(said) && (one.object?.test(said) ?? true));
  return order && { order, length: 0 };
}

const SOMEBODY =
  /(?<!\p{L})(?:ich|wir|er|man|ihr|du|sie (?:will|soll|muss)|will|wollen|soll|sollte\p{L}*|muss|müssen|würde\p{L}*|wurde\p{L}*|werden|wird|habe|haben|hat|zu|um|ik|wij|we|hij|moet|wil|te|beim|zum)(?!\p{L})/iu;

/** "would you mind refactoring", "splitting", "writing": the verb may be any of these. */
function withoutGerund(rest: string): string[] {
  if (/^(?:get|have) /iu.test(rest)) return [rest.replace(/^(?:get|have)/iu, "give me")];
  const stem = /^(\p{L}{2,15})ing(?!\p{L})/iu.exec(rest)?.[1];
  if (stem === undefined) return [];
  const behind = rest.slice(stem.length + 3);
  return [stem, `${stem}e`, stem.slice(0, -1)].map((verb) => verb + behind);
}

function isQuestion(rest: string): boolean {
  return ASKS.test(rest) || INVERTED.test(rest) || /[?？]\s*$/u.test(rest);
}
