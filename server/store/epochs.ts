import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { entriesIn } from "./entries.ts";
import { errnoOf, type FileSystem } from "./fileSystem.ts";
import { writeNewFile } from "./newFile.ts";

/** What a process says of itself when it takes over a workspace. No secret: the token is not in the store. */
export interface Claim {
  /** Where it listens: a unix socket or a named pipe. */
  readonly socketPath: string;
  readonly pid: number;
  /** Hex, new at each start: whoever listens there has to prove that it is this process. */
  readonly nonce: string;
}

/** The claim with the highest number counts. */
export interface LastClaim {
  /** 0: there was none yet. */
  readonly epoch: number;
  /** Absent when it cannot be understood. */
  readonly claim?: Claim;
}

/** So many claims are kept. Those who were away for longer find that even their own is gone. */
const KEPT = 8;
const DIGITS = 8;

const claimSchema = z.object({ socketPath: z.string().min(1), pid: z.number().int(), nonce: z.string().min(1) });

/**
 * The claims of a workspace, numbered, in `epochs/`. A claim is made by linking a finished file to the next number, which
 * only one process can do; its number is the epoch. Numbers only grow.
 */
export class Epochs {
  readonly #fs: FileSystem;
  readonly #folder: string;

  /** @param workspace absolute: the workspace's folder in the store. */
  constructor(fs: FileSystem, workspace: string) {
    this.#fs = fs;
    this.#folder = join(workspace, "epochs");
  }

  async last(): Promise<LastClaim> {
    const epoch = (await this.#numbers()).at(-1) ?? 0;
    if (epoch === 0) return { epoch };
    const claim = await this.read(epoch);
    return { epoch, ...(claim && { claim }) };
  }

  /** Undefined when there is none that can be understood. */
  async read(epoch: number): Promise<Claim | undefined> {
    const bytes = await this.#fs.readFile(this.#pathOf(epoch)).catch((error) => {
      if (errnoOf(error) !== "ENOENT") throw error;
      return Buffer.alloc(0);
    });
    return parse(bytes);
  }

  /** Durable once it resolves to true; false when another process was quicker. */
  async claim(epoch: number, claim: Claim): Promise<boolean> {
    await this.#fs.makeFolder(this.#folder);
    const temporary = `${this.#pathOf(epoch)}-${randomBytes(8).toString("hex")}.tmp`;
    try {
      await writeNewFile(this.#fs, temporary, Buffer.from(JSON.stringify(claim)));
      await this.#fs.link(temporary, this.#pathOf(epoch));
    } catch (error) {
      // ENOENT: a later owner has cleared the unfinished claim away.
      if (errnoOf(error) === "EEXIST" || errnoOf(error) === "ENOENT") return false;
      throw error;
    } finally {
      await this.#fs.remove(temporary);
    }
    await this.#fs.syncFolder(this.#folder);
    // Who looked long ago may have linked a number that was cleared away since. It stays: a fence may look at it.
    return (await this.#numbers()).at(-1) === epoch;
  }

  /**
   * Whether a later claim than this one was made: the fence that an owner looks at before it acknowledges anything. Two
   * looks at most. The next claim is looked for first: were it cleared away already, so was this one, which is older.
   */
  async isSuperseded(epoch: number): Promise<boolean> {
    return this.#fs.exists(this.#pathOf(epoch + 1)) || !this.#fs.exists(this.#pathOf(epoch));
  }

  /** Removes claims that are long over, the oldest first, and unfinished ones that came too late. For the owner. */
  async clear(epoch: number): Promise<void> {
    for (const old of await this.#numbers()) if (old <= epoch - KEPT) await this.#fs.remove(this.#pathOf(old));
    for (const { name } of await this.#fs.list(this.#folder)) {
      if (name.endsWith(".tmp") && Number(name.slice(0, DIGITS)) <= epoch) {
        await this.#fs.remove(join(this.#folder, name));
      }
    }
  }

  /** The lowest first. */
  async #numbers(): Promise<number[]> {
    const names = (await entriesIn(this.#fs, this.#folder))
      .map(({ name }) => name)
      .filter((name) => /^\d{8}$/.test(name));
    return names.map(Number).sort((a, b) => a - b);
  }

  #pathOf(epoch: number): string {
    return join(this.#folder, String(epoch).padStart(DIGITS, "0"));
  }
}

function parse(bytes: Buffer): Claim | undefined {
  try {
    return claimSchema.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    return undefined;
  }
}
