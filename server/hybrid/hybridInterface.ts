import type { Command } from "../commands/command.ts";
import type { Chat } from "../context/chat.ts";
import type { TurnRequest, TurnRun, TurnRunner } from "../context/turn.ts";
import type { Meant } from "../protocol/commands.ts";
import type { Attachment } from "../protocol/events.ts";
import type { Clock } from "../util/clock.ts";
import { askedModel } from "./askedModel.ts";
import { classify, type Intent, type IntentContext, type Ordered } from "./intent.ts";
import { mixedTurn } from "./mixedTurn.ts";
import { unsureTurn } from "./unsureTurn.ts";

/** Tells commands from talk, and runs either, or both. A command is a turn like any other. */
export class HybridInterface implements TurnRunner {
  readonly #commands: () => Promise<readonly Command[]>;
  readonly #chat: Chat;
  readonly #clock: Clock;

  /** @param commands as they are now: the user's own may have changed since the last message. */
  constructor(commands: () => Promise<readonly Command[]>, chat: Chat, clock: Clock) {
    this.#commands = commands;
    this.#chat = chat;
    this.#clock = clock;
  }

  async run(turn: TurnRequest, signal: AbortSignal): Promise<TurnRun> {
    const commands = await this.#commands();
    const { content, attachments, options } = turn.message;
    const context = { commands, ...situationOf(attachments) };
    const intent = options.as
      ? chosen(options.as, content, context)
      : await this.#decide(classify(content, context), turn, context, signal);
    if (intent.kind === "chat") return { kind: "chat", parts: this.#chat.answer({ turn }, signal) };
    if (intent.kind === "unsure") return { kind: "unsure", parts: unsureTurn(intent, context.hasSelection) };
    const command = commands.find(({ name }) => name === intent.command);
    if (command === undefined) return { kind: "chat", parts: this.#chat.answer({ turn }, signal) };
    const parts = command.run({ argument: argumentFor(command, intent), turn, signal });
    if (intent.kind === "command") return { kind: "command", command: command.name, parts };
    const talked = mixedTurn(parts, intent.chat, { chat: this.#chat, turn, signal });
    return { kind: "mixed", command: command.name, parts: talked };
  }

  /** Where the rules only suspect a command, the model that answers is asked. */
  async #decide(intent: Intent, turn: TurnRequest, context: IntentContext, signal: AbortSignal): Promise<Intent> {
    if (intent.kind !== "unsure" || intent.why !== "vague") return intent;
    const model = this.#chat.modelFor(turn);
    if (model.name.kind === "offline") return intent;
    const { content } = turn.message;
    const meant = await askedModel(model, content, intent.candidates, this.#clock, signal);
    return meant === undefined ? intent : chosen(meant, content, context);
  }
}

/** What the rules may know of the editor: what came along with the message. */
function situationOf(attachments: readonly Attachment[]): Pick<IntentContext, "hasSelection" | "file" | "language"> {
  const file = attachments.find((one) => one.kind === "file" || one.kind === "symbol");
  return {
    hasSelection: attachments.some(({ kind }) => kind === "selection"),
    ...(file && { file: file.path, language: file.language }),
  };
}

/** What was chosen, with what the message says for it. */
function chosen(meant: Meant, content: string, context: IntentContext): Intent {
  if (meant.kind === "chat") return meant;
  const { command } = meant;
  const intent = classify(content, { ...context, commands: context.commands.filter(({ name }) => name === command) });
  if (intent.kind === "command") return intent;
  const [, said = ""] = new RegExp(`/${command}(?![\\p{L}\\p{N}_-])([\\s\\S]*)$`, "iu").exec(content) ?? [];
  return { kind: "command", command, argument: said.trim() === "" ? argumentIn(content) : said.trim() };
}

/** "/refcator src/a.ts" → "src/a.ts"; a bare word has none. */
function argumentIn(content: string): string {
  const said = content.trim();
  if (said.startsWith("/")) return said.replace(/^\/\S*\s*/u, "");
  return /\s/u.test(said) ? said : "";
}

/** Commands look for what they work on at the beginning of their argument. */
function argumentFor({ targets, name }: Command, { argument, target }: Ordered): string {
  const isNamed = targets !== undefined && name !== "generate" && target !== undefined && target !== "selection";
  if (!isNamed || argument.startsWith(target) || argument.slice(0, target.length + 3).includes(target)) return argument;
  return `${target} ${argument}`;
}
