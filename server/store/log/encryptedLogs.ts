import { join } from "node:path";
import { DuckError } from "../../util/errors.ts";
import type { Log } from "../../util/log.ts";
import type { ConversationLogs, EventLog } from "../eventLog.ts";
import type { FileSystem } from "../fileSystem.ts";
import { markOf } from "../mark.ts";
import { Superseded, translated } from "../storeErrors.ts";
import type { StoreKeys } from "../storeKeys.ts";
import { EncryptedLog } from "./encryptedLog.ts";

export interface EncryptedLogsOptions {
  readonly fs: FileSystem;
  /** The workspace's, in the store. */
  readonly folder: string;
  readonly keys: StoreKeys;
  readonly epoch: number;
  readonly isSuperseded: () => Promise<boolean>;
  readonly logger: Log;
}

/** A folder a conversation in `conversations/`; deleted ones wait in `trash/`. */
export class EncryptedLogs implements ConversationLogs {
  readonly #options: EncryptedLogsOptions;
  readonly #conversations: string;
  readonly #trash: string;

  constructor(options: EncryptedLogsOptions) {
    this.#options = options;
    this.#conversations = join(options.folder, "conversations");
    this.#trash = join(options.folder, "trash");
  }

  async open(conversationId: string): Promise<EventLog> {
    const folder = join(this.#conversations, conversationId);
    const quarantine = join(this.#options.folder, "quarantine");
    return new EncryptedLog({ ...this.#options, conversationId, folder, quarantine });
  }

  async list(): Promise<string[]> {
    const { fs } = this.#options;
    return translated(this.#conversations, async () => {
      if ((await fs.stat(this.#conversations)) === undefined) return [];
      const entries = await fs.list(this.#conversations);
      return entries.filter(({ kind }) => kind === "folder").map(({ name }) => name);
    });
  }

  async mark(conversationId: string): Promise<string> {
    const folder = join(this.#conversations, conversationId);
    return translated(folder, () => markOf(this.#options.fs, folder));
  }

  async trash(conversationId: string): Promise<void> {
    await this.#move(this.#conversations, this.#trash, conversationId);
  }

  async restore(conversationId: string): Promise<void> {
    await this.#move(this.#trash, this.#conversations, conversationId);
  }

  async isTrashed(conversationId: string): Promise<boolean> {
    const path = join(this.#trash, conversationId);
    return translated(path, async () => (await this.#options.fs.stat(path)) !== undefined);
  }

  async #move(from: string, to: string, conversationId: string): Promise<void> {
    const { fs, isSuperseded } = this.#options;
    const source = join(from, conversationId);
    await translated(source, async () => {
      if (await isSuperseded()) throw new Superseded();
      if ((await fs.stat(source)) === undefined) {
        throw new DuckError("notFound", "That conversation is not here any more.");
      }
      await fs.makeFolder(to);
      await fs.rename(source, join(to, conversationId));
      await fs.syncFolder(to);
      await fs.syncFolder(from);
    });
  }
}
