import { createHash } from "node:crypto";
import type { Attachment } from "../protocol/attachments.ts";
import type { Pattern } from "../protocol/memory.ts";
import { intentsOf } from "./intents.ts";
import { commandsIn, errorsIn, filesIn, symbolsIn } from "./mentioned.ts";

/** A message, as patterns are looked for in it. Secrets in it are replaced already. */
export interface NotedTurn {
  readonly conversationId: string;
  readonly turnId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly text: string;
  /** Of a slash command, without the slash. */
  readonly command?: string | undefined;
  readonly attachments: readonly Attachment[];
  /** What else went wrong in it: why it was not answered. */
  readonly errors?: readonly string[] | undefined;
}

/** From this frequency on a pattern is worth keeping and telling. */
export const KEPT_FROM = 3;
/** One that was kept is gone when it has faded to less than this. */
const GONE_BELOW = 1;
const HALF_LIFE_MS = 14 * 24 * 60 * 60_000;
const MAX_EXAMPLES = 3;
const MAX_EXAMPLE_LENGTH = 200;
const MAX_LABEL_LENGTH = 160;
/** Of one kind in one turn: a pasted log is no habit. */
const MAX_OF_A_KIND = 20;

interface Sighting {
  readonly kind: Pattern["kind"];
  readonly label: string;
}

/**
 * The patterns once these turns, oldest first, were seen as well.
 * @param label what a file is called, by its absolute path.
 */
export function observed(
  patterns: readonly Pattern[],
  turns: readonly NotedTurn[],
  label: (path: string) => string,
): Pattern[] {
  const byId = new Map(patterns.map((pattern) => [pattern.id, pattern]));
  const before = new Map<string, string>();
  for (const turn of turns) {
    for (const sighting of sightingsIn(turn, before.get(turn.conversationId), label)) {
      const id = idOf(sighting);
      byId.set(id, seen(byId.get(id) ?? { id, ...sighting, frequency: 0, lastSeenAt: turn.at, examples: [] }, turn));
    }
    before.set(turn.conversationId, turn.text);
  }
  return [...byId.values()];
}

/** What is left of them after a time; what has faded from view is gone. */
export function faded(patterns: readonly Pattern[], passedMs: number): Pattern[] {
  const share = 0.5 ** (passedMs / HALF_LIFE_MS);
  return patterns.map((pattern) => ({ ...pattern, frequency: pattern.frequency * share }));
}

/** Those of a file that stay in it, and those that come to be in it, the most frequent first. */
export function worthKeeping(patterns: readonly Pattern[], kept: ReadonlySet<string>): Pattern[] {
  return patterns
    .filter(({ id, frequency }) => frequency >= (kept.has(id) ? GONE_BELOW : KEPT_FROM))
    .sort((a, b) => b.frequency - a.frequency || a.id.localeCompare(b.id));
}

/**
 * The patterns as if these turns had never been. One of which no other turn is known goes, for its label may quote them; of
 * another one nothing is left of them.
 */
export function withoutTurns(patterns: readonly Pattern[], isForgotten: (turn: TurnIds) => boolean): Pattern[] {
  return patterns.flatMap((pattern) => {
    const examples = pattern.examples.filter((example) => !isForgotten(example));
    if (examples.length === pattern.examples.length) return [pattern];
    const frequency = pattern.frequency - (pattern.examples.length - examples.length);
    return examples.length === 0 ? [] : [{ ...pattern, examples, frequency: Math.max(frequency, 0) }];
  });
}

export interface TurnIds {
  readonly conversationId: string;
  readonly turnId: string;
}

function sightingsIn(turn: NotedTurn, before: string | undefined, label: (path: string) => string): Sighting[] {
  const { text, command, attachments, errors = [] } = turn;
  const files = attachments.flatMap((attachment) => (isNamed(attachment) ? [label(attachment.path)] : []));
  const symbols = attachments.flatMap((attachment) => (attachment.kind === "symbol" ? [attachment.name] : []));
  const output = attachments.flatMap((attachment) =>
    attachment.kind === "problems" || attachment.kind === "terminal" ? [attachment.text ?? ""] : [],
  );
  return [
    ...of("intent", intentsOf(text, before)),
    ...of("command", [...(command === undefined ? [] : [`/${command}`]), ...commandsIn(text)]),
    ...of("file", [...files, ...filesIn(text)]),
    ...of("symbol", [...symbols, ...symbolsIn(text)]),
    ...of("error", [text, ...output, ...errors].flatMap(errorsIn)),
  ];
}

/** A file that only happened to be open says nothing. */
function isNamed(attachment: Attachment): attachment is Attachment & { path: string } {
  const { kind } = attachment;
  return (kind === "file" && attachment.mentioned === true) || kind === "selection" || kind === "symbol";
}

function of(kind: Pattern["kind"], labels: readonly string[]): Sighting[] {
  const clipped = labels.map((label) => label.slice(0, MAX_LABEL_LENGTH));
  return [...new Set(clipped)].slice(0, MAX_OF_A_KIND).map((label) => ({ kind, label }));
}

function idOf({ kind, label }: Sighting): string {
  return createHash("sha256").update(`${kind}\0${label}`).digest("hex").slice(0, 16);
}

/** The newest examples, and of the same words only one. */
function seen(pattern: Pattern, { conversationId, turnId, at, text }: NotedTurn): Pattern {
  const example = { conversationId, turnId, text: oneLine(text) };
  const others = pattern.examples.filter(({ text: other }) => other !== example.text);
  const lastSeenAt = at > pattern.lastSeenAt ? at : pattern.lastSeenAt;
  return {
    ...pattern,
    frequency: pattern.frequency + 1,
    lastSeenAt,
    examples: [example, ...others].slice(0, MAX_EXAMPLES),
  };
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * MAX_EXAMPLE_LENGTH)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > MAX_EXAMPLE_LENGTH ? `${line.slice(0, MAX_EXAMPLE_LENGTH - 1)}…` : line;
}
