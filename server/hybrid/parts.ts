import type { SlashCommand } from "../protocol/slashCommands.ts";
import { INVERTED, REPORTS } from "./manners.ts";
import { POINTS } from "./pointing.ts";
import { type Reading, readingOf } from "./reading.ts";
import { type Clause, clausesOf } from "./splitting.ts";
import { namedTarget } from "./target.ts";

/** Clauses that say one thing together. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly reading: Reading;
}

/** A message as the things it says, one after another. */
export function partsOf(text: string, covered: string, commands: readonly SlashCommand[]): Part[] {
  const parts: Part[] = [];
  for (const clause of clausesOf(covered)) {
    const said = covered.slice(clause.start, clause.end);
    const before = parts.at(-1);
    const reading = readingOf(isAskedWith(before, clause) ? said.replace(/[?？]\s*$/u, "") : said);
    const between = before && covered.slice(before.end, clause.start);
    if (before !== undefined && between !== undefined && isSame(before, clause, reading)) {
      parts[parts.length - 1] = { ...before, end: clause.end };
    } else parts.push({ start: clause.start, end: clause.end, reading });
  }
  return parts;

  function isSame(before: Part, clause: Clause, reading: Reading): boolean {
    const earlier = covered.slice(before.start, before.end);
    if (isReported(earlier, covered.slice(before.end - 1, clause.start), clause)) return true;
    if (clause.joint === "sentence" || clause.joint === "start") return false;
    if (before.reading.is === "hanging") return true;
    return !standsAlone(before, clause, reading, earlier);
  }

  function standsAlone(before: Part, clause: Clause, reading: Reading, earlier: string): boolean {
    const rest = "at" in reading ? covered.slice(clause.start + reading.at, clause.end) : "";
    const isPolite = reading.is === "order" && reading.polite;
    switch (reading.is) {
      case "slash":
        if (!commands.some(({ name }) => name === reading.name.toLowerCase())) return before.reading.is === "filler";
        if (before.reading.is === "slash" || before.reading.is === "order") return true;
        return !/(?<!\S)\/\p{L}/u.test(earlier) && (before.reading.is !== "statement" || clause.joint === "comma");
      case "order":
        return (
          isPolite ||
          mayFollow(
            before,
            clause,
            earlier,
            covered.slice(before.end, clause.end),
            rest,
            text.slice(clause.start, clause.end),
          )
        );
      case "question":
        return (
          /[?？]\s*$/u.test(covered.slice(clause.start, clause.end)) ||
          INVERTED.test(withoutJoint(covered.slice(clause.start, clause.end)))
        );
      case "talk":
      case "filler":
      case "cancelled":
        return true;
      default:
        return before.reading.is === "filler" || before.reading.is === "cancelled";
    }
  }
}

/** "can you fix this and explain it?": the question mark is that of the "can you". */
function isAskedWith(before: Part | undefined, { joint }: Clause): boolean {
  return joint !== "sentence" && before?.reading.is === "order" && before.reading.polite;
}

/** Whether an order in plain words begins here, or goes on with what was said before. */
function mayFollow(before: Part, clause: Clause, earlier: string, since: string, rest: string, own: string): boolean {
  switch (before.reading.is) {
    case "negated":
      return CONTRAST.test(since);
    case "question":
    case "talk": {
      const hasObject = POINTS.test(rest.replace(/^\S+\s+(?:up\s+)?/u, "")) || namedTarget(own, false) !== undefined;
      return hasObject && !HOW_TO.test(earlier);
    }
    case "looking":
      return true;
    case "statement":
      return clause.joint === "comma" && !/(?<!\p{L})(?:to|and|or|i|we|he|she|they|ich|wir|er|sie)\s*$/iu.test(earlier);
    default:
      return true;
  }
}

const CONTRAST =
  /^[\s,;–—-]*(?:(?:but|and|please|rather)\s+)*(?:but|just|only|instead|rather|sondern|nur|lieber|stattdessen|mais|juste|sino|solo|mas|apenas|ma|maar|alleen|а|просто|лучше)(?!\p{L})/iu;
const HOW_TO =
  /(?<!\p{L})(?:how|whether|if|should|when|best way|wie|ob|soll\p{L}*|comment|si|cómo|come|como|hoe|как|ли)(?!\p{L})/iu;

function isReported(earlier: string, gap: string, clause: Clause): boolean {
  if (clause.joint !== "sentence") return REPORTS.test(earlier) && clause.joint !== "and";
  return /:\s*$/u.test(earlier) && (REPORTS.test(earlier) || !/\n\s*$/.test(gap));
}

function withoutJoint(said: string): string {
  return said.replace(/^(?:[\s,]|(?:and|also|but|then|btw|by the way|plus|so)(?!\p{L}))+/iu, "");
}
