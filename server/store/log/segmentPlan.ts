import { byPlace, type LogFile } from "./conversationFolder.ts";
import type { LogPosition, SegmentHeader } from "./segmentHeader.ts";

export interface KnownSegment {
  readonly file: LogFile;
  /** Absent when it cannot be read. */
  readonly header?: SegmentHeader;
}

export interface PlannedSegment extends KnownSegment {
  /** So many of its records count, those behind came too late; undefined: all. */
  readonly limit?: number;
}

export interface SegmentPlan {
  readonly segments: readonly PlannedSegment[];
  /** Records of segments that are not there. */
  readonly missing: number;
}

/**
 * Which records of which segments count. Each segment says how far its writer had read: what is missing of that is lost, and
 * what an older segment has beyond it was written by a process that had been superseded, or in a doubtful write that was
 * done again; nobody was told that it was kept.
 * @param segments oldest first. @param base what stands before this place is in a snapshot.
 */
export function planOf(segments: readonly KnownSegment[], base: Omit<LogPosition, "records"> | undefined): SegmentPlan {
  const planned: PlannedSegment[] = [];
  let missing = 0;
  let seen: LogPosition | undefined;
  const miss = (position: LogPosition) => {
    if (base === undefined || byPlace(position, base) >= 0) missing += position.records;
  };
  for (const segment of segments.toReversed()) {
    const order = seen === undefined ? undefined : byPlace(segment.file, seen);
    if (order !== undefined && order > 0) {
      planned.unshift({ ...segment, limit: 0 });
      continue;
    }
    if (seen !== undefined && order !== 0) miss(seen);
    planned.unshift({ ...segment, ...(seen !== undefined && order === 0 && { limit: seen.records }) });
    seen = segment.header?.previous;
  }
  if (seen !== undefined) miss(seen);
  return { segments: planned, missing };
}
