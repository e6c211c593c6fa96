import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { SyntaxChecker } from "../../server/commands/checker.ts";
import { createCommands } from "../../server/commands/index.ts";
import { modelNames } from "../../server/commands/modelNames.ts";
import { UserCommands } from "../../server/commands/userCommands.ts";
import { Chat } from "../../server/context/chat.ts";
import { ContextBuilder } from "../../server/context/contextBuilder.ts";
import type { TurnPart } from "../../server/context/turn.ts";
import { DiskFiles } from "../../server/edits/diskFiles.ts";
import { WritablePlaces } from "../../server/edits/writablePlaces.ts";
import { Models } from "../../server/llm/models.ts";
import { OfflineModel } from "../../server/llm/offline.ts";
import type { Attachment } from "../../server/protocol/attachments.ts";
import type { EditorDiagnostic } from "../../server/protocol/editor.ts";
import type { Proposal } from "../../server/protocol/edits.ts";
import type { SearchHit } from "../../server/protocol/requests.ts";
import type { WorkflowStep } from "../../server/protocol/workflow.ts";
import { DuckError } from "../../server/util/errors.ts";
import type { CodeSearch } from "../../server/workspace/codeSearch.ts";
import { FolderReader } from "../../server/workspace/folderReader.ts";
import { FakeClock } from "../fakes/clock.ts";
import { mentionWorld, unending } from "./mentionWorld.ts";

export interface CommandWorldOptions {
  /** Where the model answers; absent: there is none. */
  readonly baseUrl?: string;
  readonly hits?: readonly SearchHit[];
  readonly problems?: readonly Omit<EditorDiagnostic, "path">[];
}

export interface Asked {
  /** Labels of open files. */
  readonly open?: readonly string[];
  readonly signal?: AbortSignal;
  readonly workflow?: readonly WorkflowStep[];
  /** What was said before the turn broke off. */
  readonly continues?: string;
}

/** A line with nothing but an opening bracket too many does not parse. */
const brackets: SyntaxChecker = {
  async syntaxErrors(label, text) {
    if (!label.endsWith(".ts")) return undefined;
    const depth = text.split("{").length - text.split("}").length;
    return depth === 0 ? [] : [text.split("\n").findLastIndex((line) => line.includes("{")) + 1];
  },
};

/** A folder with these files, and the commands as the server has them. */
export async function commandWorld(
  files: Readonly<Record<string, string | Buffer>>,
  { baseUrl, hits = [], problems }: CommandWorldOptions = {},
) {
  const world = await mentionWorld(files);
  const folder = await realpath(world.folder);
  const { files: reader, paths, diff, fileList } = world;
  const code: CodeSearch = { status: { state: "ready", files: 1, skipped: {} }, search: async () => [...hits] };
  const models = new Models({ offline: (reason) => new OfflineModel(() => code.status, reason) });
  if (baseUrl !== undefined) models.configure({ baseUrl, name: "test-model", contextWindowTokens: 32_768 });
  const conversation = async () => {
    throw new DuckError("notFound", "There is no conversation.");
  };
  const clock = new FakeClock();
  const folders = new FolderReader(reader, paths);
  const builder = new ContextBuilder({ code, files: reader, folders, paths, diff, conversation, clock });
  const chat = new Chat(models, builder, undefined, clock);
  const commands = createCommands({
    ...{ chat, code, paths, diff, fileList, clock, files: reader, syntax: brackets, workspaceFiles: new DiskFiles() },
    ...{ models: modelNames(models), places: new WritablePlaces(paths), newId: () => "p1" },
    own: new UserCommands({ files: reader, paths, chat, models }),
    memory: async () => {
      throw new DuckError("notFound", "Nothing is remembered here.");
    },
    editor: problems && {
      diagnostics: async (path = "") => problems.map((one) => ({ ...one, path })),
      symbols: async () => [],
    },
  });

  async function run(content: string, { open = [], signal = unending, workflow, continues }: Asked = {}) {
    const [, name, argument = ""] = /^\/(\w+)\s*([\s\S]*)$/.exec(content) ?? [];
    const command = commands.find((one) => one.name === name);
    if (command === undefined) throw new Error(`no command ${name}`);
    const attachments: Attachment[] = open.map((label) => ({
      kind: "file",
      path: join(folder, label),
      language: "ts",
    }));
    const message = {
      ...{ type: "accepted" as const, seq: 1, at: "", turnId: "t", operationId: "o", client: "panel" as const },
      ...{ content, attachments, options: {}, ...(continues !== undefined && { continues }) },
    };
    const asked = { conversationId: "c", message, history: [], summaries: [], model: { kind: "default" as const } };
    const turn = { ...asked, ...(workflow && { workflow }) };
    return outcomeOf(command.run({ argument, turn, signal }));
  }
  return { ...world, folder, commands, run, read: (label: string) => readFile(join(folder, label), "utf8") };
}

export interface CommandOutcome {
  readonly parts: readonly TurnPart[];
  readonly text: string;
  /** As they stood at the end: "propose done". */
  readonly steps: readonly string[];
  readonly notes: Readonly<Record<string, string | undefined>>;
  readonly proposal?: Proposal | undefined;
  readonly failure?: unknown;
}

async function outcomeOf(run: AsyncGenerator<TurnPart, void>): Promise<CommandOutcome> {
  const parts: TurnPart[] = [];
  let failure: unknown;
  try {
    for await (const part of run) parts.push(part);
  } catch (error) {
    failure = error;
  }
  const steps = new Map<string, WorkflowStep>();
  for (const part of parts) if (part.type === "workflow") for (const step of part.steps) steps.set(step.id, step);
  return {
    parts,
    text: parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join(""),
    steps: [...steps.values()].map(({ id, state }) => `${id} ${state}`),
    notes: Object.fromEntries([...steps.values()].map(({ id, note }) => [id, note])),
    proposal: parts.find((part) => part.type === "proposed")?.proposal,
    failure,
  };
}
