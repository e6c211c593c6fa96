import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { errnoOf, type FileSystem } from "./fileSystem.ts";
import { writeNewFile } from "./newFile.ts";

export interface Loaded<T> {
  /** Absent when there is no generation that could be understood. */
  readonly value?: T;
  /** The highest there is, understood or not; 0 for none. To be handed to `replace`. */
  readonly generation: number;
  /** Generations that could not be understood, where they stand now: in quarantine, if they could be moved there. */
  readonly damaged: readonly string[];
}

/**
 * A file that is only ever replaced as a whole: `<name>-<generation><extension>`, of which the newest and the one before it
 * are kept. A generation appears complete or not at all, and two processes that write at once do not overwrite each other.
 */
export class ReplaceableFile {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #name: string;
  readonly #extension: string;
  readonly #quarantine: string;
  /** The highest generation that is known to survive a loss of power. */
  #durable = 0;

  /** @param path absolute, without a number: "…/keyring.json" stands for "…/keyring-7.json". */
  constructor(fs: FileSystem, path: string, quarantine: string) {
    this.#fs = fs;
    this.#folder = dirname(path);
    const file = basename(path);
    const dot = file.lastIndexOf(".");
    this.#name = file.slice(0, dot);
    this.#extension = file.slice(dot);
    this.#quarantine = quarantine;
  }

  /** The newest generation that `parse` understands. It answers undefined for damage; what it throws is passed on. */
  async load<T>(parse: (bytes: Buffer) => T | undefined): Promise<Loaded<T>> {
    const damaged: string[] = [];
    const [newest = 0, ...older] = await this.#generations();
    for (const generation of newest === 0 ? [] : [newest, ...older]) {
      const path = this.#pathOf(generation);
      const bytes = await this.#readIfThere(path);
      // Another process has replaced it meanwhile.
      if (bytes === undefined) return this.load(parse);
      const value = parse(bytes);
      if (value !== undefined) {
        await this.#settle(generation);
        return { value, generation: newest, damaged };
      }
      damaged.push(await this.#quarantined(path));
    }
    return { generation: newest, damaged };
  }

  /**
   * Durable once it resolves. Answers the new generation.
   * @param generation the one that this one comes after, as `load` or `replace` gave it. Throws EEXIST when another process
   * was quicker: load again.
   */
  async replace(bytes: Uint8Array, generation: number): Promise<number> {
    await this.#fs.makeFolder(this.#folder);
    const temporary = join(this.#folder, `${this.#name}-${randomBytes(8).toString("hex")}.tmp`);
    const next = generation + 1;
    try {
      await this.#write(temporary, bytes);
      await this.#fs.link(temporary, this.#pathOf(next));
    } finally {
      await this.#fs.remove(temporary);
    }
    const [newest = next, ...older] = await this.#generations();
    // A number that others have long gone past is free again, since they removed it: what stands there counts for nothing.
    if (newest > next) {
      await this.#fs.remove(this.#pathOf(next));
      throw Object.assign(new Error(`EEXIST: generation ${newest} is there already`), { code: "EEXIST" });
    }
    await this.#fs.syncFolder(this.#folder);
    this.#durable = next;
    for (const other of older.slice(1)) await this.#fs.remove(this.#pathOf(other));
    return next;
  }

  /**
   * Unlinks all but the newest two generations: older ones that a killed process left, what it had half-written, and damaged
   * ones in quarantine.
   * @param generation the newest.
   */
  async purge(generation: number): Promise<void> {
    const older = (await this.#generations()).filter((each) => each < generation - 1).map((each) => this.#pathOf(each));
    const unfinished = await this.#namesIn(this.#folder, (rest) => /^[0-9a-f]{16}\.tmp$/.test(rest));
    const damaged = await this.#namesIn(this.#quarantine, (rest) => /^\d+\.[a-z]+\.[0-9a-f]{8}$/.test(rest));
    for (const path of [...older, ...unfinished, ...damaged]) await this.#fs.remove(path);
    for (const folder of [this.#folder, this.#quarantine]) {
      if ((await this.#fs.stat(folder)) !== undefined) await this.#fs.syncFolder(folder);
    }
  }

  async #namesIn(folder: string, isOurs: (rest: string) => boolean): Promise<string[]> {
    if ((await this.#fs.stat(folder)) === undefined) return [];
    const names = (await this.#fs.list(folder)).map(({ name }) => name);
    return names
      .filter((name) => name.startsWith(`${this.#name}-`) && isOurs(name.slice(this.#name.length + 1)))
      .map((name) => join(folder, name));
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    await writeNewFile(this.#fs, path, bytes);
    if (!(await this.#fs.readFile(path)).equals(bytes)) throw new Error("what was written does not read back");
  }

  /**
   * Whoever wrote it may have been killed before its name was durable; what comes of the value must not outlive the value.
   * Where that cannot be done, as on a disk that can only be read, it is good enough to read.
   */
  async #settle(generation: number): Promise<void> {
    if (generation <= this.#durable) return;
    await this.#fs.syncFolder(this.#folder).then(
      () => {
        this.#durable = generation;
      },
      () => {},
    );
  }

  async #readIfThere(path: string): Promise<Buffer | undefined> {
    return this.#fs.readFile(path).catch((error) => {
      if (errnoOf(error) === "ENOENT") return undefined;
      throw error;
    });
  }

  /** Newest first. */
  async #generations(): Promise<number[]> {
    if ((await this.#fs.stat(this.#folder)) === undefined) return [];
    const entries = await this.#fs.list(this.#folder);
    return entries.flatMap(({ name }) => this.#numberIn(name) ?? []).sort((a, b) => b - a);
  }

  #numberIn(name: string): number | undefined {
    if (!name.startsWith(`${this.#name}-`) || !name.endsWith(this.#extension)) return undefined;
    const digits = name.slice(this.#name.length + 1, name.length - this.#extension.length);
    return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
  }

  #pathOf(generation: number): string {
    return join(this.#folder, `${this.#name}-${generation}${this.#extension}`);
  }

  /** Moves it there, so that nothing is lost and the next load does not meet it again. Where nothing can be written it stays. */
  async #quarantined(path: string): Promise<string> {
    const to = join(this.#quarantine, `${basename(path)}.${randomBytes(4).toString("hex")}`);
    try {
      await this.#fs.makeFolder(this.#quarantine);
      await this.#fs.rename(path, to);
      await this.#fs.syncFolder(this.#quarantine);
      await this.#fs.syncFolder(this.#folder);
    } catch (error) {
      if (["EROFS", "EACCES", "EPERM"].includes(errnoOf(error) ?? "")) return path;
      // Another process has done it.
      if (errnoOf(error) !== "ENOENT") throw error;
    }
    return to;
  }
}
