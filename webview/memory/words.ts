import type { EmbedderStatus, Memory, MemoryKind, MemorySource, RecalledKind } from "../../server/protocol/memory.ts";
import { shortTime } from "../state.ts";

/** What the panel says of a memory. Pure. */

export const KIND_NAMES: Readonly<Record<MemoryKind, string>> = {
  fact: "Fact",
  decision: "Decision",
  preference: "Preference",
  convention: "Convention",
  task: "Task",
  correction: "Correction",
};

export function kindName(kind: RecalledKind): string {
  return kind === "episode" ? "Said" : KIND_NAMES[kind];
}

/** "you, 12 Mar", "from CONTRIBUTING.md:31". */
export function sourceWords({ who, label, at }: MemorySource): string {
  switch (who) {
    case "user":
      return joined(", ", "you", shortTime(at));
    case "assistant":
      return joined(", ", "RubberDuck", shortTime(at));
    case "file":
      return `from ${label ?? "a file"}`;
    case "tool":
      return `from ${label ?? "tool output"}`;
    case "web":
      return `from ${label ?? "the web"}`;
    case "import":
      return joined(", ", "imported", shortTime(at));
  }
}

/** "Decision · you, 12 Mar · used 14 times". */
export function memoryLine({ kind, sources: [first], scope, uses }: Memory, withUses: boolean): string {
  return joined(
    " · ",
    KIND_NAMES[kind],
    first === undefined ? "" : sourceWords(first),
    scope.kind === "user" ? "all workspaces" : "",
    withUses && uses > 0 ? `used ${uses === 1 ? "once" : `${uses} times`}` : "",
  );
}

/** What a memory says that is stale, as far as it is known: "clock.ts was moved". */
export function staleWords({ because }: Memory): string {
  return because === undefined ? "The code it speaks of has changed" : because;
}

/** What is remembered is a statement. A text that tells somebody to do something may have been planted for us to obey. */
export function readsLikeInstruction(text: string): boolean {
  return ORDER.test(text.trim()) || ADDRESS.test(text);
}

const ORDER =
  /^(?:always|never|please|from now on|whenever|do not|don't|ignore|disregard|run|execute|remember|send|delete|install|open|use|call|forget|skip)\b/i;
const ADDRESS =
  /\b(?:you (?:must|should|shall|have to|are (?:now|to))|without asking|ignore (?:all|any|the|previous)|instructions?)\b/i;

const SIGNAL_NAMES: Readonly<Record<string, string>> = {
  words: "Words",
  meaning: "Meaning",
  nearby: "Nearby turns",
  time: "Time",
  speaker: "Who said it",
  pinned: "Pinned",
  standing: "Way of working",
};

export function signalName(signal: string): string {
  return SIGNAL_NAMES[signal] ?? `${signal.charAt(0).toUpperCase()}${signal.slice(1)}`;
}

/** "Only words are compared for now: …", or undefined when meaning is, too. */
export function embedderWords({ state, done, total, message }: EmbedderStatus): string | undefined {
  const lead = "Only words are compared for now";
  switch (state) {
    case "ready":
      return undefined;
    case "loading":
      return `${lead}: the sentence model is loading.`;
    case "building": {
      const share = done === undefined || !total ? "" : ` (${Math.floor((100 * done) / total)}%)`;
      return `${lead}: the index is being made anew${share}.`;
    }
    case "off":
    case "failed":
      return message === undefined ? `${lead}.` : `${lead}: ${message}`;
  }
}

/** "812 bytes", "1.2 MB". */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** "just now", "6 min ago", "3 h ago", then the date. */
export function agoWords(at: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 24 * 60 ? `${Math.floor(minutes / 60)} h ago` : shortTime(at);
}

/** "at 14:02" of the last day, else "on 12 Mar". */
export function dayWords(at: string): string {
  const words = shortTime(at);
  return words.includes(":") ? `at ${words}` : `on ${words}`;
}

/** "1.9%", "0%". */
export function percent(share: number): string {
  const value = share * 100;
  return `${value === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)}%`;
}

/** The first words, for a line that speaks of it. */
export function shortened(text: string, length = 48): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
}

function joined(by: string, ...parts: string[]): string {
  return parts.filter((part) => part !== "").join(by);
}
