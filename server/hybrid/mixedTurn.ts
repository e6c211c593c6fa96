import type { Chat } from "../context/chat.ts";
import type { TurnPart, TurnParts, TurnRequest } from "../context/turn.ts";
import type { Usage } from "../protocol/events.ts";
import { DuckError } from "../util/errors.ts";
import { plainText } from "../util/markdown.ts";

/** Of what the command said: enough to be asked about. */
const MOST_CHARACTERS = 4000;

/** Runs a command, then answers what was said besides, which may be about what the command did. */
export async function* mixedTurn(
  command: TurnParts,
  said: string,
  { chat, turn, signal }: { readonly chat: Chat; readonly turn: TurnRequest; readonly signal: AbortSignal },
): AsyncGenerator<TurnPart, void> {
  let text = "";
  let usage: Usage | undefined;
  for await (const part of orRefusal(command, signal)) {
    if (part.type === "end") {
      usage = part.usage;
      break;
    }
    if (part.type === "text") text += part.text;
    yield part;
  }
  if (text !== "") yield { type: "text", text: "\n\n" };
  const isOffline = chat.modelFor(turn).name.kind === "offline";
  const question = isOffline || text === "" ? said : `${said}\n\n${aboutThat(text)}`;
  for await (const part of chat.answer({ turn, question }, signal)) {
    yield part.type === "end" ? { ...part, ...added(usage, part.usage) } : part;
  }
}

/** A command that cannot be done says so; what was asked besides is answered all the same. */
async function* orRefusal(command: TurnParts, signal: AbortSignal): AsyncGenerator<TurnPart, void> {
  try {
    yield* command;
  } catch (error) {
    if (signal.aborted || !(error instanceof DuckError)) throw error;
    yield { type: "text", text: plainText(error.message) };
  }
}

function aboutThat(text: string): string {
  return `The command before it was run already. It answered:\n${text.slice(0, MOST_CHARACTERS)}`;
}

function added(first: Usage | undefined, second: Usage | undefined): { readonly usage?: Usage } {
  if (first === undefined || second === undefined) return second || first ? { usage: second ?? first } : {};
  const costUsd =
    first.costUsd === undefined || second.costUsd === undefined ? undefined : first.costUsd + second.costUsd;
  const promptTokens = first.promptTokens + second.promptTokens;
  const completionTokens = first.completionTokens + second.completionTokens;
  return { usage: { promptTokens, completionTokens, ...(costUsd !== undefined && { costUsd }) } };
}
