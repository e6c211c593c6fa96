import { isRecalled, type Memory, type MemoryOverview } from "../protocol/memory.ts";
import { EXPLICIT } from "./learning/decide.ts";

const DAY_MS = 24 * 60 * 60_000;
/** Whoever was learned by rules and went along with no answer for so long was not worth it. */
const UNUSED_DAYS = 30;

/** How much of what is recalled nobody ever needed: learned unasked, never used, and long there. */
export function junkIn(memories: readonly Memory[], nowMs: number): MemoryOverview["junk"] {
  const recalled = memories.filter(isRecalled);
  const isJunk = ({ uses, pinned, confidence, createdAt }: Memory) =>
    uses === 0 && !pinned && confidence < EXPLICIT && nowMs - Date.parse(createdAt) > UNUSED_DAYS * DAY_MS;
  const count = recalled.filter(isJunk).length;
  return { count, of: recalled.length, rate: recalled.length === 0 ? 0 : count / recalled.length };
}
