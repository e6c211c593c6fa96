import type { TurnParts } from "../context/turn.ts";
import type { ModelChoice } from "../protocol/events.ts";
import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import { DuckError } from "../util/errors.ts";
import { plainText } from "../util/markdown.ts";
import { nearest } from "../util/nearest.ts";
import type { Command } from "./command.ts";

export interface OfferedChoice {
  /** What a person writes to choose it. */
  readonly name: string;
  readonly choice: ModelChoice;
}

/** Who knows which models there are. */
export interface ModelNames {
  /** What this choice means now. */
  current(choice: ModelChoice): string;
  /** Those that an endpoint or the editor offers; without those that cannot be asked now. */
  offered(signal: AbortSignal): Promise<readonly OfferedChoice[]>;
}

const MOST = 30;

/** Says which model answers in this conversation, or lets another one answer from the next message on. */
export function modelCommand(models: ModelNames): Command {
  return {
    ...SLASH_COMMANDS.model,
    async *run({ argument, turn, signal }): TurnParts {
      const offered = [...(await models.offered(signal)), ...ALWAYS];
      const wanted = argument.trim();
      if (wanted === "") {
        yield { type: "text", text: list(models.current(turn.model), offered) };
        return yield { type: "end", stopReason: "complete" };
      }
      const { name, choice } = chosen(wanted, offered);
      yield { type: "model", choice };
      yield { type: "text", text: `From your next message on, ${plainText(name)} answers in this conversation.` };
      yield { type: "end", stopReason: "complete" };
    },
  };
}

const ALWAYS: readonly OfferedChoice[] = [
  { name: "default", choice: { kind: "default" } },
  { name: "offline", choice: { kind: "offline" } },
];

function list(current: string, offered: readonly OfferedChoice[]): string {
  const rows = offered.slice(0, MOST).map(({ name }) => `- \`${name}\``);
  const more = offered.length > MOST ? [`- and ${offered.length - MOST} more`] : [];
  return [
    `**${plainText(current)}** answers in this conversation. Choose another with \`/model name\`:`,
    "",
    ...rows,
    ...more,
  ].join("\n");
}

/** By its name, or by a part of it that only one has. */
function chosen(wanted: string, offered: readonly OfferedChoice[]): OfferedChoice {
  const lower = wanted.toLowerCase();
  const named = offered.find(({ name }) => name.toLowerCase() === lower);
  const alike = offered.filter(({ name }) => name.toLowerCase().includes(lower));
  const [only] = named ? [named] : alike;
  if (only !== undefined && (named !== undefined || alike.length === 1)) return only;
  const near =
    alike.length > 0
      ? alike.map(({ name }) => name)
      : [
          nearest(
            wanted,
            offered.map(({ name }) => name),
          ) ?? "",
        ];
  const names = near.filter((name) => name !== "").slice(0, 5);
  const remedy = names.length > 0 ? `Did you mean ${names.join(" or ")}?` : "See what there is: /model";
  throw new DuckError(
    "invalidRequest",
    `${alike.length > 1 ? "Several models are" : "No model is"} called ${wanted}. ${remedy}`,
  );
}
