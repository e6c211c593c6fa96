import type { PersistedEvent } from "../protocol/events.ts";
import { errnoOf, type FileSystem } from "./fileSystem.ts";

export interface PlainLog {
  readonly events: PersistedEvent[];
  /** Lines that are no event, as they stand there. */
  readonly unreadable: string[];
}

/** One conversation as earlier builds kept it: an event a line, as JSON, in plain text. Empty when it is not there. */
export async function readPlainLog(fs: FileSystem, path: string): Promise<PlainLog> {
  const bytes = await fs.readFile(path).catch((error) => {
    if (errnoOf(error) === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  const events: PersistedEvent[] = [];
  const unreadable: string[] = [];
  for (const line of bytes.toString("utf8").split("\n")) {
    if (line === "") continue;
    const event = parseEvent(line);
    if (event === undefined) unreadable.push(line);
    else events.push(event);
  }
  return { events, unreadable };
}

function parseEvent(line: string): PersistedEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isEvent =
      typeof value === "object" &&
      value !== null &&
      "type" in value &&
      typeof value.type === "string" &&
      "at" in value &&
      typeof value.at === "string" &&
      "seq" in value &&
      typeof value.seq === "number" &&
      Number.isInteger(value.seq) &&
      value.seq > 0;
    return isEvent ? (value as PersistedEvent) : undefined;
  } catch {
    return undefined;
  }
}
