import type { EmbedderStatus, Memory, MemoryOverview, MemoryTestResult } from "../../server/protocol/memory.ts";

/** How memories are printed for people. */

export function memoryLine(memory: Memory): string {
  const { id, kind, text, status, pinned, scope, because } = memory;
  const remarks = [
    status === "active" ? "" : `${status}${because ? `: ${oneLine(because)}` : ""}`,
    pinned ? "pinned" : "",
    scope.kind === "user" ? "all workspaces" : "",
    scope.kind === "branch" ? `branch ${scope.branch}` : "",
  ].filter((remark) => remark !== "");
  return `${id}  ${kind}  ${oneLine(text)}${remarks.length > 0 ? `  (${remarks.join(", ")})` : ""}`;
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

export function rateLine({ asked, found, recallP50Ms, recallP95Ms }: MemoryTestResult): string {
  if (asked === 0) return "Nothing is remembered that could be asked for.";
  const percent = Math.round((found / asked) * 100);
  return `${found} of ${asked} stored facts came back among the first ten (${percent}%); p50 ${recallP50Ms} ms, p95 ${recallP95Ms} ms`;
}

export function overviewLines(overview: MemoryOverview): string[] {
  const { counts, pinned, episodes, patterns, junk, bytes, embedder, consolidatedAt, undoable, unreadable } = overview;
  const { active, stale, pending, superseded, forgotten } = counts;
  return [
    `memories: ${active} active, ${stale} stale, ${pending} in the inbox, ${superseded} superseded, ${forgotten} forgotten; ${pinned} pinned`,
    `messages that can be looked up: ${episodes}`,
    `patterns: ${patterns}`,
    `junk: ${junk.count} of ${junk.of}`,
    `on disk, encrypted: ${Math.ceil(bytes / 1000)} KB`,
    `meaning: ${embedderText(embedder)}`,
    ...(consolidatedAt === undefined ? [] : [`tidied last: ${consolidatedAt}`]),
    ...(unreadable === undefined ? [] : [`unreadable: ${unreadable} records. Run: rubberduck store verify`]),
    ...(undoable === undefined ? [] : [`last change: ${oneLine(undoable)}`]),
  ];
}

function embedderText({ state, model, done, total, message }: EmbedderStatus): string {
  const progress = total === undefined ? "" : ` ${done ?? 0} of ${total}`;
  return [`${state}${progress}`, model, message].filter((part) => part !== undefined).join(", ");
}
