import type { Memory } from "../../protocol/memory.ts";
import { DuckError } from "../../util/errors.ts";
import type { MemoryCall, MemorySubcommand } from "./askMemory.ts";
import { plain, quoted, shortId } from "./inWords.ts";

export const remember: MemorySubcommand = {
  name: "remember",
  usage: "TEXT",
  summary: "Remember this",
  async run(call) {
    const { argument: text, ask, conversationId, turnId, incognito } = call;
    if (text === "") {
      throw new DuckError("invalidRequest", "Remember what? For example: /memory remember we deploy on Tuesdays");
    }
    if (incognito) {
      throw new DuckError(
        "invalidRequest",
        "This conversation is incognito: nothing said in it is remembered. Say it in another one.",
      );
    }
    const { memory, outcome } = await ask("rubberduck/memory/remember", { text, conversationId, turnId });
    if (memory.status === "pending") {
      const why = memory.because === undefined ? "" : ` (${plain(memory.because)})`;
      return `That waits in the inbox${why}. \`/memory approve ${shortId(memory.id)}\` takes it in.`;
    }
    if (outcome === "known") return `I remember that already: ${quoted(memory.text)}`;
    const before = await superseded(call, memory);
    return [
      `Remembered: ${quoted(memory.text)}${everywhere(memory)}`,
      ...(before === "" ? [] : [`\nIt takes the place of ${before}.`]),
      `\n\`/memory undo\` takes that back.`,
    ].join("\n");
  },
};

function everywhere({ scope }: Memory): string {
  return scope.kind === "user" ? ", in all your workspaces" : "";
}

async function superseded({ ask }: MemoryCall, memory: Memory): Promise<string> {
  if (memory.supersedes.length === 0) return "";
  const { memories } = await ask("rubberduck/memory/get", { ids: memory.supersedes });
  return memories
    .filter(({ text }) => text !== "")
    .map(({ text }) => quoted(text))
    .join(" and ");
}
