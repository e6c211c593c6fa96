import { createReadStream } from "node:fs";
import { access, type FileHandle, mkdir, open, readdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PersistedEvent } from "../protocol/events.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { Mutex } from "../util/mutex.ts";
import type { ConversationLogs, EventLog } from "./eventLog.ts";
import { markOf } from "./mark.ts";
import { nodeFileSystem } from "./nodeFileSystem.ts";

/** One folder a conversation, `conversations/<id>/events.jsonl`; deleted ones wait in `trash/`. */
export class FileLogs implements ConversationLogs {
  readonly #conversations: string;
  readonly #trash: string;

  constructor(workspaceFolder: string) {
    this.#conversations = join(workspaceFolder, "conversations");
    this.#trash = join(workspaceFolder, "trash");
  }

  async open(conversationId: string): Promise<EventLog> {
    return new FileEventLog(join(this.#conversations, conversationId, "events.jsonl"));
  }

  async list(): Promise<string[]> {
    return translated(this.#conversations, async () => {
      const entries = await readdir(this.#conversations, { withFileTypes: true }).catch(emptyIfMissing);
      return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    });
  }

  async mark(conversationId: string): Promise<string> {
    const folder = join(this.#conversations, conversationId);
    return translated(folder, () => markOf(nodeFileSystem, folder));
  }

  async trash(conversationId: string): Promise<void> {
    await this.#move(this.#conversations, this.#trash, conversationId);
  }

  async restore(conversationId: string): Promise<void> {
    await this.#move(this.#trash, this.#conversations, conversationId);
  }

  async isTrashed(conversationId: string): Promise<boolean> {
    return exists(join(this.#trash, conversationId));
  }

  async #move(from: string, to: string, conversationId: string): Promise<void> {
    const source = join(from, conversationId);
    if (!(await exists(source))) throw new DuckError("notFound", "That conversation is not here any more.");
    await translated(source, async () => {
      await mkdir(to, { recursive: true, mode: 0o700 });
      await rename(source, join(to, conversationId));
      await syncFolder(to);
      await syncFolder(from);
    });
  }
}

/** JSON lines, only ever appended to. */
class FileEventLog implements EventLog {
  readonly #path: string;
  readonly #mutex = new Mutex();
  #handle: FileHandle | undefined;
  #closed = false;
  /** What stands at the end of the file may be half a line: the next write must not be glued to it. */
  #doubtful = true;

  constructor(path: string) {
    this.#path = path;
  }

  append(events: readonly PersistedEvent[], options: { readonly durable: boolean }): Promise<void> {
    return this.#mutex.run(() => translated(this.#path, () => this.#write(events, options.durable)));
  }

  read(): ReturnType<EventLog["read"]> {
    return this.#mutex.run(() =>
      translated(this.#path, async () => {
        const text = await readFile(this.#path, "utf8").catch((error) => {
          emptyIfMissing(error);
          return "";
        });
        return parseLines(text);
      }),
    );
  }

  async *pieces(
    skip: ReadonlySet<PersistedEvent["type"]>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly PersistedEvent[]> {
    const skipped = new RegExp(`^\\{"type":"(${[...skip].join("|")})"`);
    let rest = "";
    try {
      const file = createReadStream(this.#path, { encoding: "utf8", highWaterMark: PIECE_BYTES });
      for await (const chunk of file) {
        if (signal.aborted) return;
        const lines = `${rest}${chunk}`.split("\n");
        rest = lines.pop() ?? "";
        yield lines.flatMap((line) => (line === "" || skipped.test(line) ? [] : (parseEvent(line) ?? [])));
      }
    } catch (error) {
      emptyIfMissing(error);
    }
    const last = rest === "" ? undefined : parseEvent(rest);
    if (last !== undefined && !skip.has(last.type)) yield [last];
  }

  close(): Promise<void> {
    return this.#mutex.run(async () => {
      this.#closed = true;
      await this.#abandon();
    });
  }

  async #write(events: readonly PersistedEvent[], durable: boolean): Promise<void> {
    if (this.#closed) throw new Error("the log was closed");
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
    try {
      this.#handle ??= await openForAppend(this.#path);
      const bytes = Buffer.from(this.#doubtful ? `\n${lines}` : lines);
      const { bytesWritten } = await this.#handle.write(bytes);
      if (bytesWritten !== bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
      if (durable) await this.#handle.datasync();
      this.#doubtful = false;
    } catch (error) {
      this.#doubtful = true;
      await this.#abandon().catch(() => {});
      throw error;
    }
  }

  async #abandon(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

/** Read and understood within a few milliseconds, so that nothing else waits for long. */
const PIECE_BYTES = 256 * 1024;

function parseLines(text: string): { events: PersistedEvent[]; damaged: number; records: number } {
  const events: PersistedEvent[] = [];
  let damaged = 0;
  let lastIsDamaged = false;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const event = parseEvent(line);
    lastIsDamaged = event === undefined;
    if (event === undefined) damaged++;
    else events.push(event);
  }
  const lost = lastIsDamaged ? damaged - 1 : damaged;
  return { events, damaged: lost, records: events.length + lost };
}

function parseEvent(line: string): PersistedEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isEvent = typeof value === "object" && value !== null && "type" in value && "seq" in value;
    return isEvent ? (value as PersistedEvent) : undefined;
  } catch {
    return undefined;
  }
}

async function openForAppend(path: string): Promise<FileHandle> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const isNew = !(await exists(path));
  const handle = await open(path, "a", 0o600);
  if (isNew) {
    await syncFolder(folder);
    await syncFolder(dirname(folder));
  }
  return handle;
}

/** Windows cannot sync a folder; there the rename itself is journalled. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function emptyIfMissing(error: unknown): never[] {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
  throw error;
}

async function translated<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof DuckError) throw error;
    throw new DuckError(
      "storeFailed",
      `The conversation could not be saved or read: ${causeOf(error)} (${path}). Free some space or check the rights of that folder, then try again.`,
      { cause: error },
    );
  }
}
