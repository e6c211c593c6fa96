import { SLASH_COMMANDS } from "../../protocol/slashCommands.ts";
import { nearest } from "../../util/nearest.ts";
import type { Command, CommandCall } from "../command.ts";
import type { AskMemory, MemorySubcommand } from "./askMemory.ts";
import { forget, unforget } from "./forget.ts";
import { approve, inbox, reject } from "./inbox.ts";
import { asCode } from "./inWords.ts";
import { list, overview, search } from "./look.ts";
import { remember } from "./remember.ts";
import { test, tidy, undo } from "./upkeep.ts";

/** What may stand behind /memory, in the order in which it is listed. */
export const SUBCOMMANDS: readonly MemorySubcommand[] = [
  overview,
  search,
  list,
  remember,
  forget,
  unforget,
  inbox,
  approve,
  reject,
  undo,
  tidy,
  test,
];

/** Shows what is remembered, and changes it. Needs no model. */
export function memoryCommand(ask: AskMemory): Command {
  return {
    ...SLASH_COMMANDS.memory,
    async *run(call) {
      yield { type: "text", text: await answerTo(call, ask) };
      yield { type: "end", stopReason: "complete" };
    },
  };
}

async function answerTo({ argument, turn, signal }: CommandCall, ask: AskMemory): Promise<string> {
  const [, name = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/.exec(argument) ?? [];
  const subcommand = name === "" ? overview : SUBCOMMANDS.find((one) => one.name === name.toLowerCase());
  if (subcommand === undefined) return unknown(name, rest);
  const { conversationId, message } = turn;
  const said = await subcommand.run({
    argument: rest.trim(),
    conversationId,
    turnId: message.turnId,
    incognito: message.options.incognito === true,
    ask: (method, params) => ask(method, params, signal),
  });
  return name === "" ? [said, "", ...SUBCOMMANDS.slice(1).map(row)].join("\n") : said;
}

function unknown(name: string, rest: string): string {
  const meant =
    nearest(
      name.toLowerCase(),
      SUBCOMMANDS.map((one) => one.name),
    ) ?? "search";
  const instead = meant === "search" && !name.startsWith("s") ? `search ${name} ${rest}` : `${meant} ${rest}`;
  return [
    `There is no ${asCode(`/memory ${name}`)}. Do you mean ${asCode(`/memory ${instead}`)}?`,
    "",
    ...SUBCOMMANDS.map(row),
  ].join("\n");
}

function row({ name, usage, summary }: MemorySubcommand): string {
  return `- \`/memory ${name}${usage ? ` ${usage}` : ""}\` ${summary}`;
}
