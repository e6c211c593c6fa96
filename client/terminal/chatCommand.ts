import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ChatOptions } from "./chat/main.tsx";
import type { ModelFlags } from "./model.ts";
import { UsageError } from "./usage.ts";

export interface ChatCommandOptions {
  readonly folder: string;
  readonly store: string | undefined;
  readonly codeFile: string | undefined;
  readonly model: ModelFlags;
  readonly conversation: string | undefined;
  readonly hasColour: boolean;
  readonly isSpoken: boolean;
}

/** A conversation in the terminal, beside whatever editor has the folder open. Answers the exit code. */
export async function chatCommand(options: ChatCommandOptions): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError("chat needs a terminal. In a script, use: rubberduck ask");
  }
  const { hasColour, isSpoken, conversation: conversationId } = options;
  // Read where the drawing library is loaded.
  if (!hasColour) process.env.FORCE_COLOR = "0";
  const path = pathToFileURL(join(__dirname, "chat.mjs")).href;
  const { runChat } = (await import(path)) as { runChat(options: ChatOptions): Promise<number> };
  return runChat({ script: __filename, serveArgs: argumentsOf(options), conversationId, hasColour, isSpoken });
}

function argumentsOf({ folder, store, codeFile, model }: ChatCommandOptions): string[] {
  const named = {
    "--folder": folder,
    "--store": store,
    "--recovery-code-file": codeFile,
    "--base-url": model.baseUrl,
    "--context-window": model.contextWindow,
    "--model": model.model,
    "--key-file": model.keyFile,
  };
  return Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}
