import type { Chat } from "../context/chat.ts";
import type { TurnParts } from "../context/turn.ts";
import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import { codeFence, plainText } from "../util/markdown.ts";
import { redact } from "../util/redaction.ts";
import type { WorkingDiff } from "../workspace/workingDiff.ts";
import { changedFiles, plainMessage } from "./changedFiles.ts";
import type { Command, CommandCall } from "./command.ts";

/** Writes a commit message for what is staged, else for all that has changed. Without a model: which files have. */
export function commitCommand(chat: Chat, diff: WorkingDiff): Command {
  return {
    ...SLASH_COMMANDS.commit,
    async *run(call) {
      const staged = await diff.read(call.signal, "staged");
      const changes = staged === "" ? await diff.read(call.signal) : staged;
      const added = staged === "" ? newFiles(await diff.untracked(call.signal)) : undefined;
      if (changes.trim() === "") {
        const nothing = "Nothing that git knows has changed since the last commit, so there is nothing to commit.";
        return yield* say([nothing, added].join(" ").trim());
      }
      const which = staged === "" ? "Nothing is staged: this is for all changes." : "For the staged changes:";
      yield { type: "text", text: `${[which, added].join(" ").trim()}\n\n` };
      if (chat.modelFor(call.turn).name.kind === "offline") {
        const message = redact(plainMessage(changedFiles(changes))).text;
        return yield* say(`${codeFence(message)}\n\n**No model was used**, so it says only which files have changed.`);
      }
      yield* write(chat, changes, call);
    },
  };
}

const MOST_NAMED = 3;

/** What a commit would leave out. */
function newFiles(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const named = names.slice(0, MOST_NAMED).map(plainText).join(", ");
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `Not in it: what is new and not added yet (${named}${more}).`;
}

async function* write(chat: Chat, changes: string, { argument, turn, signal }: CommandCall): TurnParts {
  const hint = argument === "" ? "" : ` The user says of them: ${argument}`;
  const asked = {
    question: `Write the commit message for these changes.${hint}`,
    instructions: FORM,
    attachments: [{ kind: "text" as const, name: "changes.diff", text: changes }],
  };
  yield* chat.answer({ turn, ...asked }, signal);
}

async function* say(text: string): TurnParts {
  yield { type: "text", text };
  yield { type: "end", stopReason: "complete", model: { kind: "offline", id: "offline" } };
}

const FORM = `Your answer is a commit message, alone in one fenced code block, and nothing else: a subject of at most 72 characters in the imperative, and where it needs one, a blank line and a body that says why. Follow the form of earlier commit messages and what is remembered about them.`;
