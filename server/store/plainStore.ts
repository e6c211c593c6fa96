import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { PersistedEvent } from "../protocol/events.ts";
import type { Log } from "../util/log.ts";
import { entriesIn } from "./entries.ts";
import type { ConversationLogs } from "./eventLog.ts";
import type { FileSystem } from "./fileSystem.ts";
import { writeNewFile } from "./newFile.ts";
import { readPlainLog } from "./plainLog.ts";
import { sealFile } from "./sealedFile.ts";
import type { StoreKeys } from "./storeKeys.ts";

export interface PlainStoreOptions {
  readonly fs: FileSystem;
  readonly keys: StoreKeys;
  /** Where an earlier build kept this workspace, in plain text. */
  readonly plain: string;
  /** The workspace's folder now. */
  readonly folder: string;
  readonly logs: ConversationLogs;
  readonly logger: Log;
}

/** What goes into one record, in UTF-16 code units of JSON. */
const BATCH = 1024 * 1024;

/**
 * Moves what an earlier build kept in plain text into the encrypted logs. A plain file goes only once everything that is
 * readable in it was read back from its encrypted log, and the rest was sealed in the quarantine; so wherever this is
 * interrupted, the next time goes on, and nothing is there twice. What cannot be moved stays as it is, and is logged: this
 * never throws.
 */
export async function adoptPlainStore(options: PlainStoreOptions): Promise<void> {
  const { plain, logger } = options;
  try {
    await adoptAll(options);
  } catch (error) {
    logger.error(`what an earlier version kept in ${plain} could not be moved yet`, error);
  }
}

async function adoptAll(options: PlainStoreOptions): Promise<void> {
  const { fs, plain, logger } = options;
  if ((await fs.stat(plain)) === undefined) return;
  if (await isInUse(fs, plain)) {
    logger.warn(
      `an earlier version of RubberDuck still writes to ${plain}: its conversations are moved at the next start`,
    );
    return;
  }
  let left = 0;
  for (const place of ["conversations", "trash"] as const) {
    for (const id of await foldersIn(fs, join(plain, place))) {
      try {
        await adopt(options, place, id);
      } catch (error) {
        left++;
        logger.error(`conversation ${id} could not be moved from ${plain}`, error);
      }
    }
  }
  if (left === 0) {
    await fs.removeFolder(plain);
    await fs.syncFolder(dirname(plain));
  } else await fs.removeFolder(join(plain, "derived")); // Words of the code in plain text, read again elsewhere.
}

async function adopt(options: PlainStoreOptions, place: "conversations" | "trash", id: string): Promise<void> {
  const { fs, plain, logs, logger } = options;
  const source = join(plain, place, id);
  // When it was interrupted behind this, there is nothing left to move.
  if (!(await logs.isTrashed(id))) {
    const { events, unreadable } = await readPlainLog(fs, join(source, "events.jsonl"));
    await copy(options, id, events);
    if (unreadable.length > 0) await quarantine(options, id, unreadable);
    if (place === "trash" && events.length > 0) await logs.trash(id);
    logger.info(`conversation ${id} was moved into the encrypted store`);
  }
  await fs.removeFolder(source);
  await fs.syncFolder(join(plain, place));
}

async function copy({ logs }: PlainStoreOptions, id: string, events: readonly PersistedEvent[]): Promise<void> {
  const log = await logs.open(id);
  try {
    const there = new Set((await log.read()).events.map(({ seq }) => seq));
    const missing = events.filter(({ seq }) => !there.has(seq));
    for (const batch of batches(missing)) await log.append(batch, { durable: true });
    const copied = new Map((await log.read()).events.map((event) => [event.seq, event]));
    // A snapshot leaves checkpoints of finished turns out.
    const lost = events.filter(
      (event) => event.type !== "checkpoint" && !isDeepStrictEqual(copied.get(event.seq), event),
    );
    if (lost.length > 0) throw new Error(`${lost.length} of ${events.length} events do not read back`);
  } finally {
    await log.close();
  }
}

function* batches(events: readonly PersistedEvent[]): Generator<PersistedEvent[]> {
  let batch: PersistedEvent[] = [];
  let size = 0;
  for (const event of events) {
    const { length } = JSON.stringify(event);
    if (batch.length > 0 && size + length > BATCH) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(event);
    size += length;
  }
  if (batch.length > 0) yield batch;
}

async function quarantine({ fs, keys, folder, logger }: PlainStoreOptions, id: string, lines: string[]): Promise<void> {
  const quarantined = join(folder, "quarantine");
  const path = join(quarantined, `${id}.${randomBytes(4).toString("hex")}.bin`);
  await fs.makeFolder(quarantined);
  await writeNewFile(fs, path, sealFile(keys, "quarantine", Buffer.from(lines.join("\n"))));
  await fs.syncFolder(quarantined);
  logger.warn(`${lines.length} lines of conversation ${id} could not be read: they are kept in ${path}`);
}

const Claim = z.object({ socketPath: z.string() });

/** Whether a process of an earlier build still owns it: then it goes on writing there. */
async function isInUse(fs: FileSystem, plain: string): Promise<boolean> {
  for (const name of await namesIn(fs, join(plain, "owners"))) {
    const claim = Claim.safeParse(await parsedFile(fs, join(plain, "owners", name)));
    if (claim.success && (await isListening(claim.data.socketPath))) return true;
  }
  return false;
}

async function parsedFile(fs: FileSystem, path: string): Promise<unknown> {
  try {
    return JSON.parse((await fs.readFile(path)).toString("utf8"));
  } catch {
    return undefined;
  }
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function foldersIn(fs: FileSystem, folder: string): Promise<string[]> {
  return (await entriesIn(fs, folder)).flatMap(({ name, kind }) => (kind === "folder" ? name : []));
}

async function namesIn(fs: FileSystem, folder: string): Promise<string[]> {
  return (await entriesIn(fs, folder)).flatMap(({ name, kind }) => (kind === "file" ? name : []));
}
