import { z } from "zod";
import type { PersistedEvent } from "../../protocol/events.ts";
import type { LogEvent } from "../eventLog.ts";

/** What every event has, of whatever version. What it says beyond that is for its readers, which leave out what they do not know. */
const Base = z.array(z.looseObject({ type: z.string(), seq: z.number().int().positive(), at: z.string() }));

export function encodeEvents(events: readonly LogEvent[]): Buffer {
  return Buffer.from(JSON.stringify(events));
}

/** Undefined when it is not a list of events. */
export function decodeEvents(plaintext: Buffer): PersistedEvent[] | undefined {
  try {
    const value: unknown = JSON.parse(plaintext.toString("utf8"));
    return Base.safeParse(value).success ? (value as PersistedEvent[]) : undefined;
  } catch {
    return undefined;
  }
}
