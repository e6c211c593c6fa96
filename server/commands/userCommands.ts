import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Chat } from "../context/chat.ts";
import type { TurnParts } from "../context/turn.ts";
import type { Attachment, ModelChoice } from "../protocol/events.ts";
import type { ModelStatus } from "../protocol/requests.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { redact } from "../util/redaction.ts";
import { type FileReader, naming } from "../workspace/fileReader.ts";
import type { WorkspacePaths } from "../workspace/workspacePaths.ts";
import type { Command, CommandCall } from "./command.ts";
import { fillIn, parseUserCommand, type UserCommandFile } from "./userCommandFile.ts";

export interface UserCommandsOptions {
  readonly files: FileReader;
  /** Without an open folder, which is how an untrusted one counts, there are no commands. */
  readonly paths: WorkspacePaths;
  readonly chat: Pick<Chat, "answer">;
  readonly models: { readonly status: ModelStatus };
}

export interface FoundCommands {
  readonly commands: readonly Command[];
  /** Files that are no commands, and what is wrong with them as a sentence. */
  readonly mistakes: readonly { readonly label: string; readonly why: string }[];
}

interface FoundFile {
  readonly label: string;
  readonly file: UserCommandFile | string;
}

const COMMANDS_FOLDER = join(".rubberduck", "commands");
const MAX_FILES = 50;

/**
 * The user's own commands: .rubberduck/commands/*.md of the open folders. They are confined as all files are, looked for whenever
 * they are asked for, and read again once they have changed. Such a command asks a model, and does nothing else.
 */
export class UserCommands {
  readonly #options: UserCommandsOptions;
  readonly #known = new Map<string, { readonly state: string; readonly file: UserCommandFile | string }>();

  constructor(options: UserCommandsOptions) {
    this.#options = options;
  }

  async read(): Promise<FoundCommands> {
    const { paths } = this.#options;
    const found = await Promise.all(paths.folders.map(({ path }) => this.#ofFolder(join(path, COMMANDS_FOLDER))));
    const commands = new Map<string, Command>();
    const mistakes: { label: string; why: string }[] = [];
    for (const { label, file } of found.flat()) {
      const first = typeof file === "string" ? undefined : commands.get(file.name);
      if (typeof file === "string") mistakes.push({ label, why: file });
      else if (first === undefined) commands.set(file.name, this.#command(file, label));
      else mistakes.push({ label, why: `/${file.name} stands in ${first.from} already. Give it another name.` });
    }
    return { commands: [...commands.values()], mistakes };
  }

  async #ofFolder(folder: string): Promise<FoundFile[]> {
    const { files, paths } = this.#options;
    try {
      const names = await readdir(await files.find(folder, "folder"));
      const chosen = names.filter((name) => name.endsWith(".md")).sort();
      return await Promise.all(chosen.slice(0, MAX_FILES).map((name) => this.#ofFile(join(folder, name), name)));
    } catch (error) {
      if (error instanceof DuckError && error.code === "notFound") return [];
      return [{ label: paths.label(folder), file: causeOf(naming(error, folder, paths.label(folder))) }];
    }
  }

  async #ofFile(path: string, name: string): Promise<FoundFile> {
    const label = this.#options.paths.label(path);
    const file = await this.#read(path, name).catch((error: unknown) => causeOf(naming(error, path, label)));
    return { label, file };
  }

  /** Throws as the file reader does. */
  async #read(path: string, name: string): Promise<UserCommandFile | string> {
    const { files } = this.#options;
    const real = await files.find(path, "file");
    const { mtimeMs, size, ino } = await stat(real);
    const state = `${real} ${ino} ${mtimeMs} ${size}`;
    const known = this.#known.get(path);
    if (known?.state === state) return known.file;
    const file = parseUserCommand(name, redact((await files.read(path)).text).text);
    this.#known.set(path, { state, file });
    return file;
  }

  #command(file: UserCommandFile, label: string): Command {
    return {
      name: file.name,
      summary: file.description ?? `Yours, from ${label.slice(label.indexOf(".rubberduck/") + ".rubberduck/".length)}`,
      ...((file.arguments !== undefined || file.body.includes("$ARGUMENTS")) && {
        usage: file.arguments ?? "[what]",
      }),
      needs: file.model === "offline" ? [] : ["model"],
      from: label,
      run: (call) => this.#run(file, call),
    };
  }

  async *#run(file: UserCommandFile, call: CommandCall): TurnParts {
    const { chat, models } = this.#options;
    const filled = fillIn(file, { argument: call.argument, ...(await this.#atHand(call)) });
    if (typeof filled === "string") throw new DuckError("invalidRequest", filled);
    const choice = file.model === undefined ? undefined : choiceOf(file.model, models.status);
    const turn = choice === undefined ? call.turn : { ...call.turn, model: choice };
    yield* chat.answer({ turn, question: filled.asked }, call.signal);
  }

  /** Read as any attachment is: never a secret file, nothing outside. */
  async #atHand({ turn }: CommandCall): Promise<{ selection?: string; file?: string }> {
    const { files, paths } = this.#options;
    const { attachments } = turn.message;
    const selection = attachments.find((one) => one.kind === "selection");
    const path = (attachments.find(isNamedFile) ?? selection ?? attachments.find((one) => one.kind === "file"))?.path;
    return {
      ...(selection && { selection: (await files.load(selection)).text }),
      ...(path !== undefined && { file: paths.label(path) }),
    };
  }
}

function isNamedFile(attachment: Attachment): attachment is Extract<Attachment, { kind: "file" }> {
  return attachment.kind === "file" && attachment.mentioned === true;
}

function choiceOf(name: string, { lent = [] }: ModelStatus): ModelChoice {
  if (name === "offline") return { kind: "offline" };
  const found = lent.find((one) => one.id === name || one.name === name);
  return found === undefined ? { kind: "openai", name } : { kind: "editor", id: found.id };
}
