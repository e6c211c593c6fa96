import { type Adapter, Low } from "lowdb";
import { z } from "zod";
import { causeOf, DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import { Mutex } from "../util/mutex.ts";
import { errnoOf, type FileSystem } from "./fileSystem.ts";
import { ReplaceableFile } from "./replaceableFile.ts";
import { sealFile, unsealFile } from "./sealedFile.ts";
import type { StoreKeys } from "./storeKeys.ts";

export interface JsonFileOptions<T> {
  readonly fs: FileSystem;
  readonly keys: StoreKeys;
  /** Absolute, without a number: "…/list.bin" stands for "…/list-7.bin". */
  readonly path: string;
  /** Folder to which damaged generations are moved. */
  readonly quarantine: string;
  /** What the file is, in a word: bound to its key, so that no other file can take its place. */
  readonly purpose: string;
  readonly schema: z.ZodType<T>;
  /** Of the schema, from 1. Values of earlier ones are brought up by `upcast`. */
  readonly version: number;
  readonly upcast?: (value: unknown, version: number) => unknown;
  /** What a missing or damaged file says. */
  readonly empty: T;
  readonly logger: Log;
}

/**
 * A sealed file that holds one JSON value. Of two processes that change it at once each builds on what the other wrote. What
 * is damaged is moved to the quarantine, and the value is that of the generation before it, or the empty one.
 * Throws DuckError "storeFailed" with path and cause; also for what a newer version or another key has written, which is left
 * as it is.
 */
export class JsonFile<T> {
  readonly #path: string;
  readonly #adapter: SealedAdapter<T>;
  readonly #low: Low<T>;
  readonly #mutex = new Mutex();

  constructor(options: JsonFileOptions<T>) {
    this.#path = options.path;
    this.#adapter = new SealedAdapter(options);
    this.#low = new Low(this.#adapter, options.empty);
  }

  /** Whether a generation was found damaged since this was made: what stood only there is missing. */
  get wasDamaged(): boolean {
    return this.#adapter.wasDamaged;
  }

  read(): Promise<T> {
    return this.#mutex.run(() => this.#translated(() => this.#read()));
  }

  /**
   * Durable once it resolves; answers the new value. Nothing is written when `change` answers the value that it got.
   * @param change must not change its argument; called again when another process was quicker.
   */
  update(change: (value: T) => T): Promise<T> {
    return this.#mutex.run(() => this.#translated(() => this.#update(change)));
  }

  /** As `update`; and no file, damaged or half-written ones among them, holds an earlier value any more. */
  purge(change: (value: T) => T): Promise<void> {
    return this.#mutex.run(() =>
      this.#translated(async () => {
        await this.#update((value) => structuredClone(change(value)));
        await this.#update((value) => structuredClone(value));
        await this.#adapter.purge();
      }),
    );
  }

  async #read(): Promise<T> {
    await this.#low.read();
    return this.#low.data;
  }

  async #update(change: (value: T) => T): Promise<T> {
    for (;;) {
      const value = await this.#read();
      const changed = change(value);
      if (changed === value) return value;
      this.#low.data = changed;
      try {
        await this.#low.write();
        return changed;
      } catch (error) {
        if (errnoOf(error) !== "EEXIST") throw error;
      }
    }
  }

  async #translated<R>(task: () => Promise<R>): Promise<R> {
    try {
      return await task();
    } catch (error) {
      if (error instanceof DuckError) throw error;
      throw new DuckError(
        "storeFailed",
        `${this.#path} could not be read or written: ${causeOf(error)}. Free some space or check the rights of that folder, then try again.`,
        { cause: error },
      );
    }
  }
}

const Envelope = z.object({ version: z.int().min(1), value: z.unknown() });

/** Reads and writes the value for lowdb. `write` throws EEXIST when another process has written since the last `read`. */
class SealedAdapter<T> implements Adapter<T> {
  readonly #options: JsonFileOptions<T>;
  readonly #file: ReplaceableFile;
  #generation = 0;
  #wasDamaged = false;

  constructor(options: JsonFileOptions<T>) {
    this.#options = options;
    this.#file = new ReplaceableFile(options.fs, options.path, options.quarantine);
  }

  get wasDamaged(): boolean {
    return this.#wasDamaged;
  }

  async read(): Promise<T> {
    const { value, generation, damaged } = await this.#file.load((bytes) => this.#parse(bytes));
    this.#generation = generation;
    if (damaged.length > 0) {
      this.#wasDamaged = true;
      this.#options.logger.warn(`${this.#options.path} was damaged: moved to ${damaged.join(", ")}`);
    }
    return value === undefined ? this.#options.empty : value.value;
  }

  async write(value: T): Promise<void> {
    const { keys, purpose, version } = this.#options;
    const bytes = sealFile(keys, purpose, Buffer.from(JSON.stringify({ version, value })));
    this.#generation = await this.#file.replace(bytes, this.#generation);
  }

  purge(): Promise<void> {
    return this.#file.purge(this.#generation);
  }

  /** Undefined for what is damaged, or is none of ours. */
  #parse(bytes: Buffer): { readonly value: T } | undefined {
    const { keys, purpose, path, schema, version, upcast } = this.#options;
    const unsealed = unsealFile(keys, purpose, bytes);
    if (unsealed.kind === "wrongKey") {
      throw new DuckError("storeFailed", `${path} was written with another key, so it is left as it is.`);
    }
    const envelope = unsealed.kind === "ok" ? Envelope.safeParse(parsed(unsealed.bytes)).data : undefined;
    if (envelope === undefined) return undefined;
    if (envelope.version > version) {
      throw new DuckError(
        "storeFailed",
        `${path} was written by a newer version of RubberDuck, so it is left as it is. Update RubberDuck to use it.`,
      );
    }
    const value = envelope.version < version && upcast ? upcast(envelope.value, envelope.version) : envelope.value;
    const checked = schema.safeParse(value);
    return checked.success ? { value: checked.data } : undefined;
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
