import type { Command, CommandCall } from "./commands/command.ts";
import { SUBCOMMANDS } from "./commands/memory/memory.ts";
import type { ModelNames } from "./commands/model.ts";
import { modelNames } from "./commands/modelNames.ts";
import type { UserCommands } from "./commands/userCommands.ts";
import type { ArgumentWord, Completing } from "./hybrid/argumentSuggestions.ts";
import type { CommandUse } from "./hybrid/commandUse.ts";
import { habitsOf } from "./hybrid/habits.ts";
import { Suggester, type Surroundings } from "./hybrid/suggester.ts";
import type { Models } from "./llm/models.ts";
import type { Pattern } from "./protocol/memory.ts";
import type { Clock } from "./util/clock.ts";
import { Lately } from "./util/lately.ts";
import { currentBranch, isInRepository } from "./workspace/branch.ts";
import type { WorkingDiff } from "./workspace/workingDiff.ts";
import type { WorkspacePaths } from "./workspace/workspacePaths.ts";

export interface CommandListOptions {
  readonly builtIn: readonly Command[];
  readonly own: UserCommands;
  readonly use: CommandUse;
}

/** Every command there is now: the built-in ones and the user's own. That one was used is noted, but not of an incognito conversation. */
export function commandList({ builtIn, own, use }: CommandListOptions): () => Promise<readonly Command[]> {
  const noted = (command: Command): Command => ({
    ...command,
    run: (call: CommandCall) => {
      if (call.turn.message.options.incognito !== true) void use.note(command.name);
      return command.run(call);
    },
  });
  const first = builtIn.map(noted);
  return async () => [...first, ...(await own.read()).commands.map(noted)];
}

export interface SuggesterServices {
  readonly commands: () => Promise<readonly Command[]>;
  readonly use: CommandUse;
  readonly paths: WorkspacePaths;
  readonly diff: WorkingDiff;
  readonly models: Models;
  readonly patterns: () => Promise<readonly Pattern[]>;
  readonly targets: Completing;
  readonly trusted: boolean;
  readonly clock: Clock;
}

/** What is offered while somebody types a slash: from what is known by then, so that nobody waits for git, an endpoint or memory. */
export function createSuggester(services: SuggesterServices): Suggester {
  const { use, targets, clock } = services;
  const commands = new Lately(services.commands, { unknown: [], maxAgeMs: 1_000, clock });
  const named = new Lately(() => namesOf(modelNames(services.models)), { unknown: [], maxAgeMs: 60_000, clock });
  return new Suggester({
    commands: () => commands.first(),
    use,
    surroundings: surroundingsOf(services),
    words: { memory: () => SUBCOMMANDS, model: () => named.value },
    targets,
    now: () => clock.now(),
  });
}

function surroundingsOf({ paths, diff, models, patterns, trusted, clock }: SuggesterServices) {
  const [folder] = paths.folders;
  const asked = async () => ({
    branch: folder && (await currentBranch(folder.path)),
    isRepository: folder !== undefined && (await isInRepository(folder.path)),
  });
  const repository = new Lately(asked, { unknown: { branch: undefined, isRepository: false }, maxAgeMs: 5_000, clock });
  const hasChanges = async () => (await diff.summary()) !== undefined;
  const changes = new Lately(hasChanges, { unknown: false, maxAgeMs: 10_000, clock });
  const habits = new Lately(async () => habitsOf(await patterns()), { unknown: [], maxAgeMs: 60_000, clock });
  return async (): Promise<Surroundings> => {
    const { branch, isRepository } = await repository.first();
    const hasModel = models.status.model.kind !== "offline";
    const lacks = [!trusted && "trust", !hasModel && "model", !isRepository && "git"] as const;
    return {
      branch,
      hasChanges: isRepository && changes.value,
      habits: habits.value,
      lacks: lacks.filter((one) => one !== false),
    };
  };
}

/** What may be written behind /model. */
async function namesOf(names: ModelNames): Promise<ArgumentWord[]> {
  const offered = await names.offered(NEVER);
  return [
    ...offered.map(({ name }) => ({ name })),
    { name: "offline", summary: "Answer without a model" },
    { name: "default", summary: "The one that is configured" },
  ];
}

/** The endpoint's own limits end a list that does not come. */
const NEVER = new AbortController().signal;
