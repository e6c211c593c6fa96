import { createHash, randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { z } from "zod";
import { KEY_BYTES } from "./crypto.ts";
import { errnoOf, type FileSystem } from "./fileSystem.ts";
import { writeNewFile } from "./newFile.ts";

export type KeyFileFound =
  | { readonly kind: "ok"; readonly secret: Buffer }
  | { readonly kind: "missing" }
  | { readonly kind: "damaged" };

const schema = z.object({ storeId: z.string(), secret: z.base64(), checksum: z.string() });

/**
 * A secret in a file, for where nothing better keeps one: the terminal, containers. It stands outside the store, in the
 * user's configuration folder, so that a copy of the store alone is of no use.
 */
export class KeyFile {
  readonly path: string;
  readonly #fs: FileSystem;
  readonly #storeId: string;

  constructor(fs: FileSystem, keyFolder: string, storeId: string) {
    this.#fs = fs;
    this.#storeId = storeId;
    this.path = join(keyFolder, `${storeId}.key`);
  }

  async read(): Promise<KeyFileFound> {
    const bytes = await this.#fs.readFile(this.path).catch((error) => {
      if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return undefined;
      throw error;
    });
    if (bytes === undefined) return { kind: "missing" };
    const secret = this.#parse(bytes);
    return secret === undefined ? { kind: "damaged" } : { kind: "ok", secret };
  }

  /**
   * The secret in it; makes one if there is none, or none that can be read: that file is kept beside it. Two processes that
   * make it at once get the same.
   */
  async ensure(): Promise<Buffer> {
    const found = await this.read();
    if (found.kind === "ok") {
      // Whoever made it may have been killed before its name was durable.
      await this.#fs.syncFolder(dirname(this.path));
      return found.secret;
    }
    if (found.kind === "damaged") {
      await this.#fs.rename(this.path, `${this.path}.${randomBytes(4).toString("hex")}.damaged`);
    }
    const secret = randomBytes(KEY_BYTES);
    try {
      await this.#write(secret);
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
      return this.ensure();
    }
    return secret;
  }

  /** When another key has taken its place. */
  async remove(): Promise<void> {
    await this.#fs.remove(this.path);
    await this.#fs.syncFolder(dirname(this.path));
  }

  async #write(secret: Buffer): Promise<void> {
    const folder = dirname(this.path);
    const temporary = `${this.path}.${randomBytes(8).toString("hex")}.tmp`;
    const fields = { storeId: this.#storeId, secret: secret.toString("base64") };
    await this.#fs.makeFolder(folder);
    try {
      const text = `${JSON.stringify({ ...fields, checksum: checksumOf(fields) })}\n`;
      await writeNewFile(this.#fs, temporary, Buffer.from(text));
      await this.#fs.link(temporary, this.path);
    } finally {
      await this.#fs.remove(temporary);
    }
    await this.#fs.syncFolder(folder);
  }

  #parse(bytes: Buffer): Buffer | undefined {
    try {
      const { checksum, ...fields } = schema.parse(JSON.parse(bytes.toString("utf8")));
      return checksum === checksumOf(fields) ? Buffer.from(fields.secret, "base64") : undefined;
    } catch {
      return undefined;
    }
  }
}

function checksumOf({ storeId, secret }: { storeId: string; secret: string }): string {
  return createHash("sha256").update(`${storeId} ${secret}`).digest("hex");
}
