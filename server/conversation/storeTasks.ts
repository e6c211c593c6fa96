import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { memoriesMarkdown, storedMemories } from "../memory/storedMemories.ts";
import type {
  StoreCopyResult,
  StoreExportParams,
  StoreExportResult,
  StoreProgress,
  StoreVerdict,
} from "../protocol/store.ts";
import { copyStore } from "../store/copyStore.ts";
import type { FileSystem } from "../store/fileSystem.ts";
import type { Store } from "../store/store.ts";
import { readStore } from "../store/storeReading.ts";
import { verdictOf } from "../store/verifyReport.ts";
import { verifyStore } from "../store/verifyStore.ts";
import { Emitter } from "../util/emitter.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { exportStore } from "./exportStore.ts";

export interface StoreTasksOptions {
  readonly store: Store;
  readonly fs: FileSystem;
  /** Absolute. */
  readonly keyFolder: string;
  /** Whether an answer is under way or a message waits. */
  readonly isBusy: () => Promise<boolean>;
}

/** What takes the whole store: it is only read, while its owner goes on. All throw DuckError storeLocked, and the signal's reason. */
export class StoreTasks {
  readonly #options: StoreTasksOptions;
  readonly #progressed = new Emitter<StoreProgress>();

  constructor(options: StoreTasksOptions) {
    this.#options = options;
  }

  /** The result ends it. */
  onDidProgress(listener: (progress: StoreProgress) => void): () => void {
    return this.#progressed.on(listener);
  }

  verify(signal: AbortSignal): Promise<StoreVerdict> {
    return this.#verify(this.#options.store.path, signal);
  }

  /** Writes to a file that the user's processes alone can read. Throws DuckError storeFailed when that cannot be done. */
  async export({ path, format }: StoreExportParams, signal: AbortSignal): Promise<StoreExportResult> {
    const { store, fs } = this.#options;
    const keys = store.keys();
    let conversations = 0;
    let unreadable = 0;
    try {
      const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
      try {
        for await (const { conversation, markdown } of exportStore({ fs, path: store.path }, keys, signal)) {
          await file.writeFile(format === "markdown" ? `${markdown}\n` : `${JSON.stringify(conversation)}\n`);
          conversations++;
          unreadable += conversation.unreadable;
        }
        for await (const one of storedMemories({ fs, path: store.path }, keys)) {
          await file.writeFile(format === "markdown" ? `${memoriesMarkdown(one)}\n` : `${JSON.stringify(one)}\n`);
          unreadable += one.unreadable;
        }
      } finally {
        await file.close();
      }
      return { conversations, unreadable };
    } catch (error) {
      if (signal.aborted || error instanceof DuckError) throw error;
      throw new DuckError(
        "storeFailed",
        `The export could not be written to ${path}: ${causeOf(error)}. Choose another place.`,
        {
          cause: error,
        },
      );
    }
  }

  /** Copies the store to an empty folder and verifies the copy. Throws DuckError tooLate while an answer is under way. */
  async copy(to: string, signal: AbortSignal): Promise<StoreCopyResult> {
    const { store, fs, isBusy } = this.#options;
    store.keys();
    if (await isBusy()) {
      throw new DuckError(
        "tooLate",
        "An answer is being written. Wait until it is done, or stop it, then move the store.",
      );
    }
    const onProgress = (progress: StoreProgress) => this.#progressed.emit(progress);
    const { files, bytes } = await copyStore({ fs, from: store.path, to, signal, onProgress });
    return { path: to, files, bytes, verdict: await this.#verify(to, signal) };
  }

  async #verify(path: string, signal: AbortSignal): Promise<StoreVerdict> {
    const { store, fs, keyFolder } = this.#options;
    const keys = store.keys();
    const reading = await readStore({ fs, path, keyFolder });
    return verdictOf(await verifyStore(reading, keys, signal, (progress) => this.#progressed.emit(progress)));
  }
}
