import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { PersistedEvent } from "../../protocol/events.ts";
import { SALT_BYTES } from "../crypto.ts";
import type { LogEvent } from "../eventLog.ts";
import type { FileSystem } from "../fileSystem.ts";
import { Superseded } from "../storeErrors.ts";
import { byPlace, logFiles, type Place, RETIRED } from "./conversationFolder.ts";
import { type LogSource, readWhole } from "./readConversation.ts";
import { writeSnapshot } from "./snapshot.ts";

export interface RewriteSource extends LogSource {
  /** Where copies of what was unreadable are kept, of all conversations. */
  readonly quarantine: string;
  readonly isSuperseded: () => Promise<boolean>;
}

export interface Rewritten {
  readonly conversationSalt: Buffer;
  /** Unreadable records: they went with the files. */
  readonly lost: number;
  readonly events: number;
  readonly bytes: number;
}

/**
 * Writes all that is readable of a conversation, changed, into one snapshot under a new conversation key, and unlinks every
 * other file of it: what `change` leaves out stands nowhere any more. Cut off before the snapshot has its name, all is as it
 * was; after that, the conversation reads as changed, and doing it again unlinks what is left. Nobody else writes meanwhile.
 * @param place where the next segment will stand.
 */
export async function rewriteConversation(
  source: RewriteSource,
  place: Place,
  change: (event: PersistedEvent) => LogEvent | undefined,
): Promise<Rewritten> {
  const { fs, folder } = source;
  const { events: found, report } = await readWhole(source);
  const { lost, files } = report;
  const events = found.flatMap((event) => change(event) ?? []);
  const conversationSalt = randomBytes(SALT_BYTES);
  await fs.makeFolder(folder);
  if (await source.isSuperseded()) throw new Superseded();
  const path = await writeSnapshot(source, { ...place, conversationSalt }, events);
  const others = files.filter(({ unreadable }) => unreadable !== undefined && OTHERS.has(unreadable));
  await unlinkBefore(source, place, new Set([path, ...others.map((file) => file.path)]));
  return { conversationSalt, lost, events: events.length, bytes: (await fs.stat(path))?.size ?? 0 };
}

/** What another key or a newer version has written is nothing that was read here, and not ours to unlink. */
const OTHERS: ReadonlySet<string> = new Set(["wrongKey", "foreign", "newer"]);

/** Segments, snapshots, unfinished snapshots, retired segments, and copies of what was unreadable. */
async function unlinkBefore(source: RewriteSource, place: Place, kept: ReadonlySet<string>): Promise<void> {
  const { fs, folder, quarantine, conversationId } = source;
  const { segments, retired, snapshots } = await logFiles(fs, folder);
  const unfinished = (await namesIn(fs, folder)).filter((name) => /^snapshot-.*\.tmp$/.test(name));
  const copies = (await namesIn(fs, quarantine)).filter(
    (name) => name.startsWith(conversationId) && COPY.test(name.slice(conversationId.length)),
  );
  const paths = [
    ...[...segments, ...retired, ...snapshots].filter((file) => byPlace(file, place) <= 0).map(({ path }) => path),
    ...unfinished.map((name) => join(folder, name)),
    ...copies.map((name) => join(quarantine, name)),
  ];
  for (const path of paths) if (!kept.has(path)) await fs.remove(path);
  // Also where nothing was left to unlink: who was killed while doing that may not have come to this.
  for (const each of [folder, join(folder, RETIRED), quarantine]) {
    if ((await fs.stat(each)) !== undefined) await fs.syncFolder(each);
  }
}

/** Behind the conversation's id: as quarantine.ts names torn records, and plainStore.ts what was unreadable there. */
const COPY = /^(-(snapshot-)?\d{8}-\d{6}\.(log|bin)\.\d+|\.[0-9a-f]{8}\.bin)$/;

async function namesIn(fs: FileSystem, folder: string): Promise<string[]> {
  if ((await fs.stat(folder)) === undefined) return [];
  return (await fs.list(folder)).filter(({ kind }) => kind === "file").map(({ name }) => name);
}
