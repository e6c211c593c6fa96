import { basename } from "node:path";
import type { Chat } from "../context/chat.ts";
import type { TurnPart } from "../context/turn.ts";
import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import { DuckError } from "../util/errors.ts";
import { languageOf } from "../util/languageOf.ts";
import { type FileReader, isPlace, type LoadedAttachment, type PlaceAttachment } from "../workspace/fileReader.ts";
import { outline } from "../workspace/outline.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import type { Command, CommandCall } from "./command.ts";

/** Explains the file that is named, else the selection, else the open file. Without a model: its outline. */
export function explainCommand(chat: Chat, files: FileReader, paths: WorkspacePaths): Command {
  return {
    ...SLASH_COMMANDS.explain,
    async *run(call) {
      const target = await findTarget(call, files);
      if (chat.modelFor(call.turn).name.kind === "offline") return yield* describe(target, paths);
      const isAttached = placesIn(call).some(({ kind, path }) => kind === target.kind && path === target.path);
      const attachments = isAttached ? [] : [target];
      yield* chat.answer(
        { turn: call.turn, question: questionFor(target, paths.label(target.path), call.argument), attachments },
        call.signal,
      );
    },
  };
}

async function findTarget(call: CommandCall, files: FileReader): Promise<LoadedAttachment> {
  const name = call.argument.split(/\s+/, 1)[0]?.replace(/^@/, "") ?? "";
  const places = placesIn(call);
  const named = places.filter((one) => one.kind === "symbol" || one.mentioned);
  const attached = named[0] ?? places.find(({ kind }) => kind === "selection") ?? places[0];
  const meant = named.find((one) => (one.kind === "symbol" ? one.name : basename(one.path)) === name);
  if (meant !== undefined) return files.load(meant);
  if (/[./][^./]/.test(name) || (name !== "" && attached === undefined)) {
    const { path, text } = await files.read(named.find((one) => basename(one.path) === name)?.path ?? name);
    return { kind: "file", path, language: languageOf(path), text };
  }
  if (attached !== undefined) return files.load(attached);
  throw new DuckError(
    "invalidRequest",
    "There is nothing to explain. Open a file, select some code, or name a file: /explain src/main.ts",
  );
}

function placesIn({ turn }: CommandCall): PlaceAttachment[] {
  return turn.message.attachments.filter(isPlace);
}

function questionFor(target: LoadedAttachment, label: string, argument: string): string {
  const what = target.kind === "file" ? label : `lines ${target.startLine} to ${target.endLine} of ${label}`;
  const wish = argument === "" ? "" : ` The user added: ${argument}`;
  return `Explain ${what}: first in one sentence what it is for, then how it works, then what is surprising or risky about it.${wish}`;
}

async function* describe(target: LoadedAttachment, paths: WorkspacePaths): AsyncGenerator<TurnPart, void> {
  const firstLine = target.kind === "file" ? 1 : target.startLine;
  yield { type: "text", text: outline(paths.label(target.path), target.text, firstLine) };
  yield { type: "end", stopReason: "complete", model: { kind: "offline", id: "offline" } };
}
