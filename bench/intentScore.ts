import type { Intent } from "../server/hybrid/intent.ts";
import { SLASH_COMMANDS } from "../server/protocol/slashCommands.ts";
import type { IntentItem } from "./intentSet.ts";
import { rounded } from "./stats.ts";

export interface Answered {
  readonly item: IntentItem;
  readonly intent: Intent;
}

/** By the rules of the sets: right is the expected label or one that is accepted; a false run is counted apart. */
export function scoreIntents(answers: readonly Answered[]) {
  const commanded = answers.filter(({ item }) => item.expected.command !== null);
  const targeted = answers.filter(
    ({ item, intent }) => item.expected.target !== null && commandOf(intent) === item.expected.command,
  );
  const mixed = answers.filter(({ item }) => item.expected.kind === "mixed");
  const kinds = [...new Set(answers.map(({ item }) => item.expected.kind))];
  return {
    kindAccuracy: share(answers, isRight),
    commandAccuracy: share(commanded, isRight),
    falseRuns: answers.filter(isFalseRun).length,
    byKind: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        share(
          answers.filter(({ item }) => item.expected.kind === kind),
          isRight,
        ),
      ]),
    ),
    targetAccuracy: share(targeted, isTargetRight),
    chatRight: share(mixed, isChatRight),
    n: answers.length,
  };
}

export function isRight({ item, intent }: Answered): boolean {
  const labels = [item.expected, ...(item.accept ?? [])];
  return labels.some(({ kind, command }) => kind === intent.kind && command === (commandOf(intent) ?? null));
}

/** It ran something where nothing was to be run. */
export function isFalseRun({ item, intent }: Answered): boolean {
  const runs = (kind: string) => kind === "command" || kind === "mixed";
  return runs(intent.kind) && ![item.expected, ...(item.accept ?? [])].some(({ kind }) => runs(kind));
}

export function isTargetRight({ item, intent }: Answered): boolean {
  return "target" in intent && bare(intent.target ?? "") === bare(item.expected.target ?? "");
}

/** Token-F1 of at least a half. */
export function isChatRight({ item, intent }: Answered): boolean {
  if (intent.kind !== "mixed") return isRight({ item, intent });
  const said = wordsOf(intent.chat);
  const expected = wordsOf(item.expected.chat ?? "");
  const left = [...expected];
  const common = said.filter((word) => left.includes(word) && left.splice(left.indexOf(word), 1)).length;
  return (2 * common) / (said.length + expected.length) >= 0.5;
}

function commandOf(intent: Intent): string | undefined {
  return "command" in intent ? intent.command : undefined;
}

function bare(target: string): string {
  return target
    .trim()
    .replace(/^@/, "")
    .replace(/^[`"']+|[`"']+$/g, "")
    .replace(/\(\)$/, "");
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function share(answers: readonly Answered[], holds: (answered: Answered) => boolean): number | null {
  return answers.length === 0 ? null : rounded(answers.filter(holds).length / answers.length);
}

/** Every built-in command: what is asked of the rules does not hang on what is there. */
export const BUILT_IN = Object.values(SLASH_COMMANDS);
