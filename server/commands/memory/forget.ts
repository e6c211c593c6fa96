import type { ForgetMessages, Memory } from "../../protocol/memory.ts";
import { DuckError } from "../../util/errors.ts";
import type { MemoryCall, MemorySubcommand } from "./askMemory.ts";
import { counted, plain, quoted, shortId, timeOfDay } from "./inWords.ts";
import { memoriesMeant, memoryById, requiredMemory } from "./whichMemory.ts";

/**
 * Forgets what an id names, or what can only be meant. The answer does not repeat what was forgotten: it would stand there
 * in the conversation.
 */
export const forget: MemorySubcommand = {
  name: "forget",
  usage: "ID [everywhere] | WORDS",
  summary: "Forget this; with “everywhere” also the messages that say it",
  async run(call) {
    if (call.argument === "") throw new DuckError("invalidRequest", "Forget what? Name an id, or what it says.");
    const { id, messages } = named(call.argument);
    const memory = await memoryById(call, id);
    if (memory !== undefined) return forgotten(call, memory, messages);
    const { candidates, clear } = await memoriesMeant(call, call.argument);
    const [first] = candidates;
    if (first === undefined) return NOTHING_MEANT;
    return clear && !first.pinned ? forgotten(call, first, "keep") : question(candidates);
  },
};

function named(argument: string): { id: string; messages: ForgetMessages } {
  const [, id = "", everywhere] = /^`?([^\s`]+)`?(\s+everywhere)?$/i.exec(argument) ?? [];
  return { id, messages: everywhere === undefined ? "keep" : "all" };
}

const NOTHING_MEANT =
  "Nothing is remembered about that. `/memory search WORDS` looks further; a message is forgotten by the button beside it.";

function question(candidates: readonly Memory[]): string {
  const items = candidates.map(
    ({ id, kind, text, pinned }, i) =>
      `${i + 1}. **${kind}** ${plain(text)}${pinned ? " (pinned)" : ""}: \`/memory forget ${shortId(id)}\``,
  );
  return [candidates.length === 1 ? "Do you mean this?" : "Which one do you mean?", "", ...items].join("\n");
}

async function forgotten({ ask }: MemoryCall, memory: Memory, messages: ForgetMessages): Promise<string> {
  const { source, quoting } = await ask("rubberduck/memory/traces", { ids: [memory.id] });
  const traces = new Set([...source, ...quoting].map(({ conversationId, turnId }) => `${conversationId} ${turnId}`))
    .size;
  const done = await ask("rubberduck/memory/forget", { ids: [memory.id], when: "later", messages });
  const what = done.messages > 0 ? `1 memory and ${counted(done.messages, "message")}` : `1 memory`;
  const until =
    done.finalAt === undefined
      ? "It is gone for good."
      : `\`/memory unforget ${shortId(memory.id)}\` brings it back until ${timeOfDay(done.finalAt)}; then it is gone for good, from every file.`;
  const stays =
    messages === "keep" && traces > 0
      ? [`\n${counted(traces, "message")} that ${traces === 1 ? "says it stays" : "say it stay"} in the conversation.`]
      : [];
  return [`Forgotten: ${what} (${memory.kind}, of ${memory.createdAt.slice(0, 10)}). ${until}`, ...stays].join("\n");
}

export const unforget: MemorySubcommand = {
  name: "unforget",
  usage: "ID",
  summary: "Bring back what was forgotten or rejected, in the ten minutes after that",
  async run(call) {
    const memory = await requiredMemory(call, call.argument.replaceAll("`", ""), "forgotten");
    await call.ask("rubberduck/memory/unforget", { ids: [memory.id] });
    return `Remembered again: ${quoted(memory.text)}`;
  },
};
