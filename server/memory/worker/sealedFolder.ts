import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { commitmentOf } from "../../store/crypto.ts";
import { errnoOf, type FileSystem } from "../../store/fileSystem.ts";
import { writeNewFile } from "../../store/newFile.ts";
import type { SavedPlace } from "../../store/savedPlace.ts";
import { sealFile, unsealFile } from "../../store/sealedFile.ts";
import { keysOf, type StoreKeys } from "../../store/storeKeys.ts";

/**
 * Derived files of one kind, sealed. Each appears complete or not at all. What cannot be opened, is none: it is made anew
 * from what it was derived of.
 */
export class SealedFolder {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #purpose: string;
  readonly #prefix: string;
  readonly #key: Uint8Array;
  readonly #keys: StoreKeys;

  /** @param purpose two words, of which the names are made: "memory items" is "memory-items-<name>.bin". */
  constructor(fs: FileSystem, { folder, storeId, key }: SavedPlace, purpose: "memory items" | "memory vectors") {
    this.#fs = fs;
    this.#folder = folder;
    this.#purpose = purpose;
    this.#prefix = `${purpose.replace(" ", "-")}-`;
    this.#key = key;
    this.#keys = keysOf(storeId, Buffer.from(key));
  }

  /** A name that tells nobody what it was made of. */
  hidden(name: string): string {
    return commitmentOf(Buffer.from(this.#key), Buffer.from(name)).toString("hex", 0, 8);
  }

  /** Of all files, whatever is in them. */
  async names(): Promise<string[]> {
    const names = await this.#names();
    return names.filter((name) => name.endsWith(".bin")).map((name) => name.slice(this.#prefix.length, -".bin".length));
  }

  /** Undefined when it is not there, damaged, or of another key. */
  async read(name: string): Promise<Buffer | undefined> {
    const bytes = await this.#fs.readFile(this.#path(name)).catch(() => undefined);
    const unsealed = bytes && unsealFile(this.#keys, this.#purpose, bytes);
    return unsealed?.kind === "ok" ? unsealed.bytes : undefined;
  }

  /** Throws the system's error; then the file is what it was. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#fs.makeFolder(this.#folder);
    const temporary = join(this.#folder, `${this.#prefix}${randomBytes(8).toString("hex")}.tmp`);
    try {
      await writeNewFile(this.#fs, temporary, sealFile(this.#keys, this.#purpose, bytes));
      await this.#fs.rename(temporary, this.#path(name));
    } catch (error) {
      await this.#fs.remove(temporary).catch(() => {});
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await this.#fs.remove(this.#path(name));
  }

  /** All other files go, and what a killed process had half-written; and what was removed is gone for good. */
  async purge(wanted: readonly string[]): Promise<void> {
    const paths = new Set(wanted.map((name) => this.#path(name)));
    const others = (await this.#names()).map((name) => join(this.#folder, name)).filter((path) => !paths.has(path));
    for (const path of others) await this.#fs.remove(path);
    if ((await this.#fs.stat(this.#folder)) !== undefined) await this.#fs.syncFolder(this.#folder);
  }

  async #names(): Promise<string[]> {
    const entries = await this.#fs.list(this.#folder).catch((error) => {
      if (errnoOf(error) === "ENOENT") return [];
      throw error;
    });
    return entries.map(({ name }) => name).filter((name) => name.startsWith(this.#prefix));
  }

  #path(name: string): string {
    return join(this.#folder, `${this.#prefix}${name}.bin`);
  }
}
