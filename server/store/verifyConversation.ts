import { join, relative, sep } from "node:path";
import type { PersistedEvent, TitledEvent } from "../protocol/events.ts";
import { drained } from "../util/drained.ts";
import { besideOwner } from "./besideOwner.ts";
import { MEMORY_LOG } from "./location.ts";
import { byPlace, logFiles } from "./log/conversationFolder.ts";
import { isWholeSnapshot, type LogReport, type LogSource, readWhole, withHeaders } from "./log/readConversation.ts";
import { type PlannedSegment, planOf } from "./log/segmentPlan.ts";
import { readSegment, type SegmentReport } from "./log/segmentReader.ts";

/** What is left of one conversation, or of what is remembered of a workspace. */
export interface ConversationCheck {
  /** Name of the workspace's folder. */
  readonly workspace: string;
  readonly conversationId: string;
  /** "memory" for what is remembered. */
  readonly what: ConversationPlace["what"];
  /** "" when it has none, or that cannot be read. */
  readonly title: string;
  /** It waits in the trash. */
  readonly isDeleted: boolean;
  /** Records that were written, as far as is known, and how many of them nobody can read any more. */
  readonly records: number;
  readonly unreadable: number;
  /** Records of a process that had been superseded, or of a doubtful write that was done again: they count for nothing. */
  readonly late: number;
  /** Files that end with a record that never got whole, as after a kill or while one is being written: nothing was lost. */
  readonly torn: number;
  /** Files that were read. */
  readonly files: number;
  /** Files of which something is gone, though another may hold it: below the workspace's folder. */
  readonly damagedFiles: readonly string[];
}

export interface ConversationPlace {
  readonly source: LogSource;
  readonly workspace: string;
  readonly workspaceFolder: string;
  readonly isDeleted: boolean;
  readonly what: "conversation" | "memory";
}

/** Reads every record of every file. Changes nothing. Undefined when the conversation is not there any more. */
export function checkConversation(place: ConversationPlace): Promise<ConversationCheck | undefined> {
  return besideOwner(place.source.fs, place.source.folder, () => check(place));
}

async function check(place: ConversationPlace): Promise<ConversationCheck> {
  const { source, workspace, workspaceFolder, isDeleted, what } = place;
  const { conversationId } = source;
  const { events, report } = await readWhole(source);
  const others = await restOf(source, report);
  const damaged = [...report.files.filter(isBad).map(({ path }) => path), ...others.damaged];
  const below = (path: string) => relative(workspaceFolder, path).split(sep).join("/");
  return {
    workspace,
    conversationId,
    what,
    title: what === "memory" ? "" : titleIn(events),
    isDeleted,
    records: report.records,
    unreadable: report.lost,
    late: report.late,
    torn: report.files.filter(({ tornAt, unreadable }) => tornAt !== undefined || unreadable === "torn").length,
    files: report.files.length + others.read,
    damagedFiles: [...new Set(damaged)].map(below),
  };
}

/** Of the conversation as it opens. */
function titleIn(events: readonly PersistedEvent[]): string {
  let titled: TitledEvent | undefined;
  const forgotten = new Set<string>();
  for (const event of events) {
    if (event.type === "titled") titled = event;
    if (event.type === "forgotten") for (const id of event.turnIds) forgotten.add(id);
    if (event.type === "remembered") for (const id of event.turnIds) forgotten.delete(id);
  }
  const isForgotten = titled?.from !== undefined && forgotten.has(titled.from);
  return isForgotten ? "" : (titled?.title ?? "");
}

/** What does not count while the newest snapshot is whole: older snapshots, and the segments that they stand for. */
async function restOf(source: LogSource, { files }: LogReport): Promise<{ read: number; damaged: string[] }> {
  const known = new Set(files.map(({ path }) => path));
  const { retired, segments, snapshots } = await logFiles(source.fs, source.folder);
  const damaged: string[] = [];
  const older = snapshots.filter(({ path }) => !known.has(path));
  for (const file of older) if (!(await isWholeSnapshot(source, file))) damaged.push(file.path);
  const plan = planOf(await withHeaders(source, [...retired, ...segments].sort(byPlace)), undefined);
  const covered = plan.segments.filter(({ file }) => !known.has(file.path));
  for (const segment of covered) if (await isShort(source, segment)) damaged.push(segment.file.path);
  return { read: older.length + covered.length, damaged };
}

/** Whether anything is gone of what counted. */
async function isShort({ fs, keys, conversationId }: LogSource, { file, limit }: PlannedSegment): Promise<boolean> {
  const report = await drained(readSegment(fs, file, keys, conversationId));
  return isBad(report) || report.records < (limit ?? 0);
}

/**
 * A torn end of a segment is none: what stood there had not been acknowledged, or it would be known how much there was. A
 * snapshot got its name only when it was whole.
 */
function isBad({ header, unreadable, lost, blemishes, tornAt }: SegmentReport): boolean {
  const isTorn = unreadable === "torn" || tornAt !== undefined;
  if (isTorn && header?.kind !== "snapshot") return lost + blemishes > 0;
  return isTorn || unreadable !== undefined || lost + blemishes > 0;
}

/** The log of what is remembered of a workspace, if there is one. */
export async function memoryIn(
  { fs, keys }: Pick<LogSource, "fs" | "keys">,
  storePath: string,
  workspace: string,
): Promise<ConversationPlace[]> {
  const workspaceFolder = join(storePath, workspace);
  const folder = join(workspaceFolder, MEMORY_LOG);
  if ((await fs.stat(folder)) === undefined) return [];
  const source = { fs, keys, conversationId: MEMORY_LOG, folder };
  return [{ source, workspace, workspaceFolder, isDeleted: false, what: "memory" }];
}

/** The conversations of a workspace, deleted ones last. */
export async function conversationsIn(
  { fs, keys }: Pick<LogSource, "fs" | "keys">,
  storePath: string,
  workspace: string,
): Promise<ConversationPlace[]> {
  const workspaceFolder = join(storePath, workspace);
  const places: ConversationPlace[] = [];
  for (const where of ["conversations", "trash"]) {
    const parent = join(workspaceFolder, where);
    if ((await fs.stat(parent)) === undefined) continue;
    const entries = await fs.list(parent);
    for (const conversationId of entries.flatMap(({ name, kind }) => (kind === "folder" ? name : [])).sort()) {
      const source = { fs, keys, conversationId, folder: join(parent, conversationId) };
      places.push({ source, workspace, workspaceFolder, isDeleted: where === "trash", what: "conversation" });
    }
  }
  return places;
}
