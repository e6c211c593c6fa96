import type { Pattern } from "../protocol/memory.ts";
import type { CommandName } from "../protocol/slashCommands.ts";

/** Commands that stand for what is often asked for in plain words; the labels are those of memory/intents.ts. */
export function habitsOf(patterns: readonly Pattern[]): CommandName[] {
  const asked = new Set(patterns.filter(({ kind }) => kind === "intent").map(({ label }) => label));
  return STANDS_FOR.filter(([label]) => asked.has(label)).map(([, name]) => name);
}

const STANDS_FOR: readonly (readonly [label: string, name: CommandName])[] = [
  ["asks for a commit message", "commit"],
  ["asks for tests", "test"],
  ["asks for documentation", "doc"],
  ["asks to refactor", "refactor"],
  ["asks to fix something", "fix"],
  ["asks to build something", "generate"],
  ["asks for an explanation", "explain"],
];
