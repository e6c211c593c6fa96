import { deserialize, serialize } from "node:v8";
import { z } from "zod";
import { Segment, type SegmentData } from "./segment.ts";

/**
 * The index as it lies on disk: derived, so that a second start need not read the code again. V8's own format, whose
 * typed arrays are loaded as they are; a file of another version, or a damaged one, is none.
 */
export interface SavedIndex<T> {
  readonly segments: readonly { readonly data: SegmentData; readonly dropped: Uint8Array }[];
  /** Whatever the owner keeps beside it. */
  readonly files: T;
}

/** To be raised with every change of what is indexed or how it is written. */
const VERSION = 2;

export function encode<T>(index: SavedIndex<T>): Buffer {
  return serialize({ version: VERSION, ...index });
}

/** Undefined when the bytes are not what this version wrote. */
export function decode<T>(bytes: Uint8Array, files: z.ZodType<T>): SavedIndex<T> | undefined {
  try {
    const parsed = z.object({ ...Saved.shape, files }).safeParse(deserialize(bytes));
    return parsed.success ? (parsed.data as SavedIndex<T>) : undefined;
  } catch {
    return undefined;
  }
}

export function toSegment({ data, dropped }: SavedIndex<unknown>["segments"][number]): Segment {
  return new Segment(data, Uint8Array.from(dropped));
}

/** Tens of thousands, which zod would look at one by one, and copy. */
function areStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

const Saved = z.object({
  version: z.literal(VERSION),
  segments: z.array(
    z.object({
      data: z.object({
        termBytes: z.instanceof(Uint8Array),
        termStarts: z.instanceof(Uint32Array),
        postingStarts: z.instanceof(Uint32Array),
        postings: z.instanceof(Uint8Array),
        blockStarts: z.instanceof(Uint32Array),
        blockLengths: z.instanceof(Uint16Array),
        labels: z.custom<string[]>(areStrings),
        imports: z.custom<string[][]>((value) => Array.isArray(value) && value.every(areStrings)),
      }),
      dropped: z.instanceof(Uint8Array),
    }),
  ),
});
