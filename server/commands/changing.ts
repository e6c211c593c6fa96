import type { Chat } from "../context/chat.ts";
import type { TurnPart } from "../context/turn.ts";
import type { WorkspaceFiles } from "../edits/workspaceFiles.ts";
import { type CommandName, SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import type { Outputs, Task } from "../workflow/workflow.ts";
import type { Command } from "./command.ts";
import { type ReviewedSources, reviewed } from "./reviewed.ts";
import type { Target, Targets } from "./target.ts";
import { besides, textOf, withText } from "./targetText.ts";

export interface ChangingSources extends ReviewedSources {
  readonly chat: Chat;
  readonly targets: Targets;
  readonly workspaceFiles: WorkspaceFiles;
}

/** What a command that changes code has of its own. */
export interface Change {
  readonly name: CommandName;
  /** The name of the undo step begins with it: "Refactor". */
  readonly verb: string;
  /** What is asked of the model. */
  readonly question: (target: Target, outputs: Outputs) => string;
  /** What is looked up before. */
  readonly analyse?: (target: Target) => Task;
  /** What can be said without a model, as Markdown. */
  readonly without: (target: Target, signal: AbortSignal) => Promise<string>;
}

/** A command that changes what it is pointed at, after a review. */
export function changingCommand(change: Change, sources: ChangingSources): Command {
  const { name, verb, question, analyse, without } = change;
  const { chat, targets, workspaceFiles } = sources;
  return {
    ...SLASH_COMMANDS[name],
    async *run({ turn, signal, ...call }) {
      const target = await targets.find({ ...call, turn, signal }, name);
      if (chat.modelFor(turn).name.kind === "offline") return yield* offline(await without(target, signal));
      const text = await textOf(target, workspaceFiles, signal);
      const { attachments } = turn.message;
      const message = { ...turn.message, attachments: withText(attachments, target, text) };
      const wanted = (outputs: Outputs) => ({
        turn: { ...turn, message },
        question: [question(target, outputs), ...wishOf(target)].join(" "),
        title: `${verb} ${target.label.split("/").at(-1)}`,
        attachments: besides(attachments, target, text),
        seen: new Map([[target.place.path, text]]),
      });
      yield* reviewed({ turn, wanted, ...(analyse && { analyse: analyse(target) }) }, sources, signal);
    },
  };
}

/** An answer without a model. */
export async function* offline(text: string): AsyncGenerator<TurnPart, void> {
  yield { type: "text", text: `**No model was used.** ${text}\n\n${CONNECT}` };
  yield { type: "end", stopReason: "complete", model: { kind: "offline", id: "offline" } };
}

const CONNECT = "To have it written, connect a model: run **RubberDuck: Choose Model**.";

function wishOf({ wish }: Target): string[] {
  return wish === "" ? [] : [`The user added: ${wish}`];
}
