import type { Command } from "../commands/command.ts";
import type { Chat } from "../context/chat.ts";
import type { TurnRequest, TurnRun, TurnRunner } from "../context/turn.ts";
import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import { memoryWords } from "./plainWords.ts";

export type Classified =
  | { readonly kind: "chat" }
  | { readonly kind: "command"; readonly command: Command; readonly argument: string };

/** Tells commands from talk, and runs either. A command is a turn like any other. */
export class HybridInterface implements TurnRunner {
  readonly #commands: () => Promise<readonly Command[]>;
  readonly #chat: Chat;

  /** @param commands as they are now: the user's own may have changed since the last message. */
  constructor(commands: () => Promise<readonly Command[]>, chat: Chat) {
    this.#commands = commands;
    this.#chat = chat;
  }

  async run(request: TurnRequest, signal: AbortSignal): Promise<TurnRun> {
    const classified = classify(request.message.content, await this.#commands());
    if (classified.kind === "chat") {
      return { kind: "chat", parts: this.#chat.answer({ turn: request }, signal) };
    }
    const { command, argument } = classified;
    return { kind: "command", command: command.name, parts: command.run({ argument, turn: request, signal }) };
  }
}

/**
 * A command stands alone at the start: "/explain src/a.ts". "/usr/bin/env is missing" is talk. "Remember that …" and
 * "Forget that …" are commands as well.
 */
export function classify(content: string, commands: readonly Command[]): Classified {
  const match = /^\s*\/([a-z][a-z0-9-]*)(?:\s+([\s\S]*))?$/.exec(content);
  const plain = match === null ? memoryWords(content) : undefined;
  const name = plain === undefined ? match?.[1] : SLASH_COMMANDS.memory.name;
  const command = commands.find((one) => one.name === name);
  if (command === undefined) return { kind: "chat" };
  return { kind: "command", command, argument: plain ?? match?.[2]?.trim() ?? "" };
}
