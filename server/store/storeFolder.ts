import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { causeOf, DuckError } from "../util/errors.ts";
import { errnoOf, type FileSystem } from "./fileSystem.ts";
import { formatKeyring, type Keyring, parseKeyring } from "./keyring.ts";
import { writeNewFile } from "./newFile.ts";
import type { Place } from "./place.ts";
import { ReplaceableFile } from "./replaceableFile.ts";
import { holdsData } from "./storeData.ts";
import {
  isNewer,
  isUnsupported,
  keyringDamaged,
  keyringForeign,
  keyringMissing,
  newerLocked,
  otherUser,
  type Trouble,
  unusable,
  unwritable,
} from "./storeTrouble.ts";
import { FORMAT_VERSION, formatStoreFile, parseStoreFile, type StoreFile } from "./storeVersion.ts";

/** What stands in the folder, before any key is tried. */
export type Inspection =
  /** Nothing that a key would be needed for. */
  | { readonly kind: "new"; readonly storeId: string }
  | {
      readonly kind: "found";
      readonly keyring: Keyring;
      /** Where `replace` goes on. */
      readonly generation: number;
      /** Why nothing may be written; absent when it may. */
      readonly readOnly?: Trouble;
      /** Where damaged generations of the keyring stand now. */
      readonly damaged: readonly string[];
    }
  | { readonly kind: "trouble"; readonly trouble: Trouble };

/** The files of the store that need no key: store.json and the keyring. */
export class StoreFolder {
  readonly path: string;
  readonly #fs: FileSystem;
  readonly #keyring: ReplaceableFile;
  readonly #place: Place;

  constructor(fs: FileSystem, path: string, place: Place) {
    this.path = path;
    this.#fs = fs;
    this.#place = place;
    this.#keyring = new ReplaceableFile(fs, join(path, "keyring.json"), join(path, "quarantine"));
  }

  /** Nothing is written but what is found damaged moved aside. */
  async inspect(): Promise<Inspection> {
    try {
      if ((await this.#fs.stat(this.path)) === undefined) return { kind: "new", storeId: newStoreId() };
      if (await this.#place.isAnothers(this.path)) return trouble(otherUser(this.path));
      return await this.#look();
    } catch (error) {
      if (error instanceof NotUnderstood) return trouble(newerLocked(this.path, error.file.formatVersion));
      return trouble(unusable(this.path, error));
    }
  }

  /** Durable once it resolves. When another process was quicker, its keyring is the one. */
  async create(keyring: Keyring): Promise<void> {
    // Twice, so that damage to one copy costs nothing.
    if (await this.replace(keyring, 0)) await this.replace(keyring, 1);
  }

  /** What store.json says from now on: this id, or that of another process which was quicker. */
  async settle(storeId: string): Promise<string> {
    await this.#fs.makeFolder(this.path);
    const path = join(this.path, "store.json");
    const temporary = join(this.path, `store-${randomBytes(8).toString("hex")}.tmp`);
    try {
      await writeNewFile(this.#fs, temporary, formatStoreFile({ storeId, formatVersion: FORMAT_VERSION }));
      await this.#fs.link(temporary, path);
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    } finally {
      await this.#fs.remove(temporary);
    }
    await this.#fs.syncFolder(this.path);
    return parseStoreFile(await this.#fs.readFile(path))?.storeId ?? storeId;
  }

  /** Durable once it resolves. False when another process was quicker: inspect again. */
  async replace(keyring: Keyring, generation: number): Promise<boolean> {
    try {
      await this.#keyring.replace(formatKeyring(keyring), generation);
      return true;
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  /** Renames the folder to a name beside it that is free, and answers that. Throws DuckError storeFailed. */
  async moveAside(): Promise<string> {
    try {
      let number = 1;
      while ((await this.#fs.stat(`${this.path}-old-${number}`)) !== undefined) number++;
      const to = `${this.path}-old-${number}`;
      await this.#fs.rename(this.path, to);
      await this.#fs.syncFolder(dirname(this.path));
      return to;
    } catch (error) {
      throw new DuckError(
        "storeFailed",
        `The store could not be moved from ${this.path}: ${causeOf(error)}. Close other windows, or set rubberduck.store.path to another folder.`,
        { cause: error },
      );
    }
  }

  async #look(): Promise<Inspection> {
    const names = (await this.#fs.list(this.path)).map(({ name }) => name);
    const file = names.includes("store.json") ? await this.#readStoreFile() : undefined;
    const {
      value: keyring,
      generation,
      damaged,
    } = await this.#keyring.load((bytes) => {
      const parsed = parseKeyring(bytes);
      // What this version does not understand is no damage when a later one wrote it.
      if (parsed === undefined && file !== undefined && isUnsupported(file.formatVersion))
        throw new NotUnderstood(file);
      return parsed;
    });
    if (keyring === undefined) return this.#withoutKeyring(file, damaged);
    if (file !== undefined && file.storeId !== keyring.storeId) return trouble(keyringForeign(this.path));
    const version = file?.formatVersion ?? keyring.formatVersion;
    const readOnly = isUnsupported(version) ? isNewer(this.path, version) : await this.#whyReadOnly();
    if (file === undefined && readOnly === undefined) await this.#restoreStoreFile(keyring, names);
    return { kind: "found", keyring, generation, damaged, ...(readOnly && { readOnly }) };
  }

  async #withoutKeyring(file: StoreFile | undefined, damaged: readonly string[]): Promise<Inspection> {
    if (file !== undefined && isUnsupported(file.formatVersion)) throw new NotUnderstood(file);
    if (await holdsData(this.#fs, this.path)) {
      return trouble(damaged.length > 0 ? keyringDamaged(this.path, damaged) : keyringMissing(this.path));
    }
    return { kind: "new", storeId: file?.storeId ?? newStoreId() };
  }

  async #readStoreFile(): Promise<StoreFile | undefined> {
    return parseStoreFile(await this.#fs.readFile(join(this.path, "store.json")));
  }

  /** It says nothing that the keyring does not: what is damaged goes into quarantine, and it is written anew. */
  async #restoreStoreFile(keyring: Keyring, names: readonly string[]): Promise<void> {
    if (names.includes("store.json")) {
      const quarantine = join(this.path, "quarantine");
      await this.#fs.makeFolder(quarantine);
      const to = join(quarantine, `store.json.${randomBytes(4).toString("hex")}`);
      await this.#fs.rename(join(this.path, "store.json"), to);
    }
    await this.settle(keyring.storeId);
  }

  /** A full disk is not a reason: it says so when something is to be written, and may have space again by then. */
  async #whyReadOnly(): Promise<Trouble | undefined> {
    const probe = join(this.path, `probe-${randomBytes(8).toString("hex")}.tmp`);
    try {
      await (await this.#fs.open(probe, "create")).close();
      await this.#fs.remove(probe);
      return undefined;
    } catch (error) {
      return ["EROFS", "EACCES", "EPERM"].includes(errnoOf(error) ?? "") ? unwritable(this.path, error) : undefined;
    }
  }
}

class NotUnderstood extends Error {
  readonly file: StoreFile;

  constructor(file: StoreFile) {
    super("written by a later version");
    this.file = file;
  }
}

function trouble(what: Trouble): Inspection {
  return { kind: "trouble", trouble: what };
}

function newStoreId(): string {
  return randomBytes(16).toString("hex");
}
