import { z } from "zod";
import { MEMORY_KINDS } from "../../protocol/memory.ts";
import { memoryScope } from "../memoryEvents.ts";
import type { Group, HeldItems } from "./heldItems.ts";
import type { SealedFolder } from "./sealedFolder.ts";

/** To be raised with every change of how it is written. */
const VERSION = 1;

/** Items as they are kept between starts: a file for each conversation, and one for the memories. */
export class SavedItems {
  readonly #files: SealedFolder;
  readonly #items: HeldItems;

  constructor(files: SealedFolder, items: HeldItems) {
    this.#files = files;
    this.#items = items;
  }

  /** What can be read. What cannot is as if it had never been told, and is told again. */
  async load(): Promise<void> {
    for (const name of await this.#files.names().catch(() => [])) {
      const group = decoded(await this.#files.read(name));
      if (group && this.#files.hidden(group.session) === name) this.#items.load(group);
      else await this.#files.remove(name).catch(() => {});
    }
  }

  /** Writes what changed. Throws the system's error; what was not written is written the next time. */
  async save(): Promise<void> {
    const changed = this.#items.takeChanged();
    try {
      for (let next = changed[0]; next; next = changed[0]) {
        const name = this.#files.hidden(next.session);
        if (next.group === undefined) await this.#files.remove(name);
        else await this.#files.write(name, Buffer.from(JSON.stringify({ version: VERSION, ...next.group })));
        changed.shift();
      }
    } catch (error) {
      this.#items.stillChanged(changed.map(({ session }) => session));
      throw error;
    }
  }

  /** What could not be read may be anything. */
  async purge(): Promise<void> {
    await this.#files.purge(this.#items.sessions().map((session) => this.#files.hidden(session)));
  }
}

function decoded(bytes: Buffer | undefined): Group | undefined {
  try {
    return bytes && Saved.parse(JSON.parse(bytes.toString()));
  } catch {
    return undefined;
  }
}

const Item = z.object({
  id: z.string(),
  kind: z.enum([...MEMORY_KINDS, "episode"]),
  text: z.string(),
  speaker: z.string(),
  atMs: z.number(),
  session: z.string().optional(),
  position: z.number().optional(),
  scope: memoryScope.optional(),
  pinned: z.boolean().optional(),
  stale: z.boolean().optional(),
  confidence: z.number().optional(),
  uses: z.number().optional(),
  paths: z.array(z.string()).optional(),
});
const Saved = z.object({
  version: z.literal(VERSION),
  session: z.string(),
  mark: z.string(),
  items: z.array(Item),
});
