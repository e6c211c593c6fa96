import { z } from "zod";
import type { SealedFolder } from "./sealedFolder.ts";

/** To be raised with every change of how vectors are written, or of what is embedded of an item. */
const VERSION = 1;

/** Whose vectors a file holds. Stands before the bytes of vectra, as one line of JSON. */
export interface VectorFileHeader {
  readonly embedder: string;
  readonly dimension: number;
}
const Header = z.object({ version: z.literal(VERSION), embedder: z.string(), dimension: z.int().positive() });

/**
 * What vectra takes for its disk (its FileStorage): one sealed file, that appears complete or not at all. A file with another
 * header is not there.
 */
export class VectorFile {
  readonly #files: SealedFolder;
  readonly #header: VectorFileHeader;

  constructor(files: SealedFolder, header: VectorFileHeader) {
    this.#files = files;
    this.#header = header;
  }

  async pathExists(name: string): Promise<boolean> {
    return (await this.#read(name)) !== undefined;
  }

  async readFile(name: string): Promise<Buffer> {
    const bytes = await this.#read(name);
    if (bytes === undefined) throw new Error(`no vectors in ${name}`);
    return bytes;
  }

  async upsertFile(name: string, content: Buffer | string): Promise<void> {
    const header = `${JSON.stringify({ version: VERSION, ...this.#header })}\n`;
    await this.#files.write(name, Buffer.concat([Buffer.from(header), Buffer.from(content)]));
  }

  createFile(name: string, content: Buffer | string): Promise<void> {
    return this.upsertFile(name, content);
  }

  async deleteFile(name: string): Promise<void> {
    await this.#files.remove(name);
  }

  /** All indexes stand in one folder, which is not its own. */
  async createFolder(): Promise<void> {}

  async deleteFolder(): Promise<void> {}

  async listFiles(): Promise<never[]> {
    return [];
  }

  async getDetails(name: string) {
    return { name, path: name, isFolder: false };
  }

  async #read(name: string): Promise<Buffer | undefined> {
    const bytes = await this.#files.read(name);
    const end = bytes?.indexOf("\n") ?? -1;
    const header = bytes && end > 0 ? headerOf(bytes.subarray(0, end)) : undefined;
    const { embedder, dimension } = this.#header;
    return header?.embedder === embedder && header.dimension === dimension ? bytes?.subarray(end + 1) : undefined;
  }
}

function headerOf(line: Buffer): VectorFileHeader | undefined {
  try {
    return Header.parse(JSON.parse(line.toString()));
  } catch {
    return undefined;
  }
}
