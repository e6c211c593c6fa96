import { mask, redact } from "../util/redaction.ts";
import type { Unnumbered } from "./journal.ts";

/** A name of a field whose value a program compares or opens: it is kept as it is. */
const EXACT = /^(?:type|path|at|kind|client|replaces|edits|id|data|language|mediaType|from|stage|turnIds)$|Id$/;

/** The labels of one receipt, many times over. */
const REMEMBERED = 500;
const REMEMBERED_LENGTH = 200;

/**
 * Events as they may be kept and told: every text in them without secrets. The text of an answer stays as long as it was, since
 * the places of checkpoints, steps and continuations count its characters. While an answer is told piece by piece it is shown
 * as it comes; a secret in it is covered when the turn is done, and was never sent to the model by us.
 */
export class EventsWithoutSecrets {
  /** Short texts in which there is none: most of what a receipt says stood in the one before it. */
  readonly #clean = new Set<string>();

  of<E extends Unnumbered>(event: E): E {
    const cover = event.type === "done" || event.type === "checkpoint" ? mask : (text: string) => redact(text).text;
    return mapTexts(event, "", (text, field) => this.#covered(text, field === "continues" ? mask : cover)) as E;
  }

  #covered(text: string, cover: (text: string) => string): string {
    if (this.#clean.has(text)) return text;
    const covered = cover(text);
    if (covered === text && text.length <= REMEMBERED_LENGTH) {
      if (this.#clean.size >= REMEMBERED) this.#clean.clear();
      this.#clean.add(text);
    }
    return covered;
  }
}

/** The same value with other texts: its shape stays, so that a caller may give it its type back. */
function mapTexts(value: unknown, field: string, change: (text: string, field: string) => string): unknown {
  if (typeof value === "string") return EXACT.test(field) ? value : change(value, field);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, field, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, key, change)]));
}

/** How much of a text can be judged: all but a word at its end that may go on, and be a secret's beginning. */
export function settledLength(text: string): number {
  const unfinished = /[\w+/=.~:@!#$%^&*-]{0,4000}$/.exec(text.slice(-4000))?.[0].length ?? 0;
  return unfinished >= SHORTEST_SECRET ? text.length - unfinished : text.length;
}

const SHORTEST_SECRET = 8;
