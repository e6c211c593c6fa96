import { DuckError } from "../../util/errors.ts";
import type { MemorySubcommand } from "./askMemory.ts";
import { counted, memoryItem, quoted, shortId } from "./inWords.ts";
import { requiredMemory } from "./whichMemory.ts";

/** What waits for the user's word. */

export const inbox: MemorySubcommand = {
  name: "inbox",
  summary: "What waits for your word before it is remembered",
  async run({ ask }) {
    const { memories, total } = await ask("rubberduck/memory/list", { statuses: ["pending"], limit: 50 });
    if (memories.length === 0) return "The inbox is empty.";
    return [
      `${counted(total, "memory waits", "memories wait")} for your word:`,
      "",
      ...memories.map((memory) => `${memoryItem(memory)}${origin(memory.sources[0]?.label)}`),
      "",
      "`/memory approve ID` takes one in, `/memory reject ID` leaves it out for good.",
    ].join("\n");
  },
};

function origin(label: string | undefined): string {
  return label === undefined ? "" : `, from ${quoted(label)}`;
}

export const approve: MemorySubcommand = {
  name: "approve",
  usage: "ID",
  summary: "Take what waits in the inbox into memory",
  async run(call) {
    const waiting = await requiredMemory(call, call.argument);
    if (waiting.status !== "pending") throw notWaiting();
    const { memory } = await call.ask("rubberduck/memory/approve", { id: waiting.id });
    return `Remembered: ${quoted(memory.text)}`;
  },
};

export const reject: MemorySubcommand = {
  name: "reject",
  usage: "ID",
  summary: "Leave what waits in the inbox out for good",
  async run(call) {
    const waiting = await requiredMemory(call, call.argument);
    if (waiting.status !== "pending") throw notWaiting();
    await call.ask("rubberduck/memory/reject", { ids: [waiting.id] });
    return `Rejected: it is not proposed again. \`/memory unforget ${shortId(waiting.id)}\` brings it back within ten minutes.`;
  },
};

function notWaiting(): DuckError {
  return new DuckError("tooLate", "That does not wait in the inbox. /memory inbox shows what does.");
}
