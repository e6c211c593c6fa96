import type { Memory, RecallHit } from "../../protocol/memory.ts";
import { plainText } from "../../util/markdown.ts";

/** How memories stand in an answer. */

/** One memory as an item of a list, with the id to name it by. */
export function memoryItem(memory: Memory): string {
  const more = remarks(memory);
  return `- \`${shortId(memory.id)}\` **${memory.kind}** ${plain(memory.text)}${more === "" ? "" : ` (${more})`}`;
}

export function hitItem({ memory, kind, text, source }: RecallHit): string {
  if (memory !== undefined) return memoryItem(memory);
  const who = source.who === "user" ? "you said" : "I said";
  return `- ${kind === "episode" ? `${source.at.slice(0, 10)}, ${who}` : `**${kind}**`}: ${plain(text)}`;
}

/** Enough of an id to name a memory by. */
export function shortId(id: string): string {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? id.slice(0, 8) : id;
}

/** A text of anybody's on one line, without anything that Markdown would take for more than text. */
export function plain(text: string): string {
  return plainText(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text);
}

const MAX_SHOWN = 300;

/** A text of anybody's as code on one line. */
export function asCode(text: string): string {
  return `\`${text.replace(/`/g, "'").replace(/\s+/g, " ").trim().slice(0, MAX_SHOWN)}\``;
}

export function quoted(text: string): string {
  return `“${plain(text)}”`;
}

/** "1 memory", "3 memories". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "14:32 UTC". */
export function timeOfDay(at: string): string {
  return `${at.slice(11, 16)} UTC`;
}

function remarks({ pinned, status, because, scope }: Memory): string {
  const why = because === undefined ? "" : `: ${plain(because)}`;
  return [
    pinned ? "pinned" : "",
    scope.kind === "user" ? "in all workspaces" : "",
    scope.kind === "branch" ? `on branch ${plain(scope.branch)}` : "",
    status === "stale" ? `stale${why}` : "",
    status === "pending" ? `waits in the inbox${why}` : "",
  ]
    .filter((remark) => remark !== "")
    .join(" · ");
}
