import type { Chat } from "../context/chat.ts";
import type { TurnPart } from "../context/turn.ts";
import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import { outline } from "../workspace/outline.ts";
import type { Command } from "./command.ts";
import type { Target, Targets } from "./target.ts";

/** Explains what is named, else the selection, else the open file. Without a model: its outline. */
export function explainCommand(chat: Chat, targets: Targets): Command {
  return {
    ...SLASH_COMMANDS.explain,
    async *run(call) {
      const target = await targets.find(call, "explain");
      if (chat.modelFor(call.turn).name.kind === "offline") return yield* describe(target);
      const attachments = target.isAttached ? [] : [target.place];
      yield* chat.answer({ turn: call.turn, question: questionFor(target), attachments }, call.signal);
    },
  };
}

function questionFor({ what, wish }: Target): string {
  const added = wish === "" ? "" : ` The user added: ${wish}`;
  return `Explain ${what}: first in one sentence what it is for, then how it works, then what is surprising or risky about it.${added}`;
}

async function* describe({ place, label }: Target): AsyncGenerator<TurnPart, void> {
  const firstLine = place.kind === "file" ? 1 : place.startLine;
  yield { type: "text", text: outline(label, place.text, firstLine) };
  yield { type: "end", stopReason: "complete", model: { kind: "offline", id: "offline" } };
}
