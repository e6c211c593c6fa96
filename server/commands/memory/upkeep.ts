import type { ConsolidationReport } from "../../protocol/memory.ts";
import type { MemorySubcommand } from "./askMemory.ts";
import { counted, plain, quoted, shortId } from "./inWords.ts";

/** What keeps memory in order, and shows whether it is. */

export const undo: MemorySubcommand = {
  name: "undo",
  summary: "Take the last change back",
  async run({ ask }) {
    const { undone } = await ask("rubberduck/memory/undo", {});
    return `Taken back: ${plain(undone)}`;
  },
};

export const tidy: MemorySubcommand = {
  name: "tidy",
  summary: "Merge what is double, let go what has expired",
  async run({ ask }) {
    const changes = changesOf(await ask("rubberduck/memory/consolidate", {}));
    return changes === "" ? "Tidied: all was in order." : `Tidied: ${changes}. \`/memory undo\` takes that back.`;
  },
};

function changesOf({ merged, superseded, expired, stale, promoted }: ConsolidationReport): string {
  return [
    merged > 0 ? `${merged} merged` : "",
    superseded > 0 ? `${superseded} replaced by newer ones` : "",
    expired > 0 ? `${expired} expired` : "",
    stale > 0 ? `${stale} gone stale with the code` : "",
    promoted > 0 ? `${counted(promoted, "pattern")} became a memory` : "",
  ]
    .filter((change) => change !== "")
    .join(", ");
}

export const test: MemorySubcommand = {
  name: "test",
  summary: "Ask for what is stored and see how much of it comes back",
  async run({ ask }) {
    const { asked, found, recallP50Ms, recallP95Ms, missed } = await ask("rubberduck/memory/test", {});
    if (asked === 0) return "Nothing is remembered yet that could be asked for.";
    const rate = Math.round((found / asked) * 100);
    return [
      `Asked for ${counted(asked, "stored fact")}: **${found}** came back among the first ten (${rate}%), in ${recallP50Ms} ms (median; 95% within ${recallP95Ms} ms).`,
      ...(missed.length === 0 ? [] : ["", "Not found:", ""]),
      ...missed.map(({ id, question }) => `- \`${shortId(id)}\` ${quoted(question)}`),
    ].join("\n");
  },
};
