import { join } from "node:path";
import { z } from "zod";
import type { Memory } from "../protocol/memory.ts";
import { besideOwner } from "../store/besideOwner.ts";
import type { FileSystem } from "../store/fileSystem.ts";
import { USER_MEMORY } from "../store/location.ts";
import { readWhole } from "../store/log/readConversation.ts";
import { unsealFile } from "../store/sealedFile.ts";
import type { StoreKeys } from "../store/storeKeys.ts";
import { workspacesIn } from "../store/storeReading.ts";
import { memoryIn } from "../store/verifyConversation.ts";
import { memoryEvent } from "./memoryEvents.ts";
import { MemoryState } from "./memoryState.ts";

/** One line of the export of everything; docs/export.md describes it. */
export interface StoredMemories {
  readonly kind: "memories";
  /** Absent for what holds in all workspaces. */
  readonly workspace?: string;
  /** But for what is forgotten. */
  readonly memories: readonly Memory[];
  /** Records that nobody can read any more. */
  readonly unreadable: number;
}

/** What is remembered in a store: of each workspace, then of the user. Places with nothing are left out. Only ever reads. */
export async function* storedMemories(
  { fs, path }: { readonly fs: FileSystem; readonly path: string },
  keys: StoreKeys,
): AsyncGenerator<StoredMemories> {
  for (const workspace of await workspacesIn({ fs, path })) {
    for (const { source } of await memoryIn({ fs, keys }, path, workspace)) {
      const read = await besideOwner(fs, source.folder, () => readWhole(source));
      if (read === undefined) continue;
      const line = { kind: "memories" as const, workspace, ...memoriesOf(read.events, read.report.lost) };
      if (line.memories.length + line.unreadable > 0) yield line;
    }
  }
  const folder = join(path, USER_MEMORY);
  const read = (await fs.stat(folder)) && (await besideOwner(fs, folder, () => readUserFile(fs, folder, keys)));
  if (read && read.memories.length + read.unreadable > 0) yield { kind: "memories", ...read };
}

/** The same for people. */
export function memoriesMarkdown({ workspace, memories }: StoredMemories): string {
  const items = memories.map(
    ({ kind, text, createdAt, status }) =>
      `- ${text.replace(/\s+/g, " ")} (${kind}, ${createdAt.slice(0, 10)}${status === "active" ? "" : `, ${status}`})`,
  );
  return `# Remembered ${workspace === undefined ? "in all workspaces" : `in workspace ${workspace}`}\n\n${items.join("\n")}\n`;
}

function memoriesOf(events: readonly unknown[], unreadable: number): Pick<StoredMemories, "memories" | "unreadable"> {
  const state = new MemoryState();
  for (const event of events) {
    const known = memoryEvent.safeParse(event).data;
    if (known !== undefined) state.apply(known);
  }
  return { memories: [...state.memories.values()].filter(({ status }) => status !== "forgotten"), unreadable };
}

const FILE = /^memories-(\d+)\.bin$/;
const Envelope = z.object({ value: z.array(z.unknown()) });

/** The newest generation that can be read. */
async function readUserFile(fs: FileSystem, folder: string, keys: StoreKeys) {
  const numbers = (await fs.list(folder)).map(({ name }) => Number(FILE.exec(name)?.[1]));
  let unreadable = 0;
  for (const number of numbers.filter(Number.isFinite).sort((a, b) => b - a)) {
    const unsealed = unsealFile(keys, "user memories", await fs.readFile(join(folder, `memories-${number}.bin`)));
    const file = unsealed.kind === "ok" ? Envelope.safeParse(JSON.parse(unsealed.bytes.toString("utf8"))) : undefined;
    if (file?.success) return memoriesOf(file.data.value, unreadable);
    unreadable++;
  }
  return { memories: [], unreadable };
}
