import type { Memory } from "../../protocol/memory.ts";
import { type KnownContents, shared } from "./overlap.ts";
import type { Content } from "./words.ts";

/** How much two statements must share to be about the same thing: when the newer one says that something changed, and else. */
const SHARED_CHANGED = 0.3;
const SHARED_PLAIN = 0.8;
/** A word that stands in more of the known ones names the project, not the subject. */
const COMMON_SHARE = 0.34;

/** The memory in whose place a newer statement stands: the same subject, another value. An addition stands in no place. */
export function supersededBy(content: Content, known: KnownContents, saysChange: boolean): Memory | undefined {
  let best: Memory | undefined;
  let most = 0;
  for (const { memory, content: other } of known.all) {
    const likeness = saysChange ? changed(content, other, known) : replaced(content, other, known);
    if (likeness > most) [best, most] = [memory, likeness];
  }
  return best;
}

/** 0 when it is about something else. */
function changed(content: Content, other: Content, known: KnownContents): number {
  const common = shared(content.words, other.words);
  const telling = common.filter((word) => !isCommon(word, known));
  if (telling.length < 2 && !(telling.length === 1 && common.length > 1 && other.words.size <= 4)) return 0;
  const smaller = Math.min(known.weigh(content.words), known.weigh(other.words));
  const share = known.weigh(common) / smaller;
  return share >= SHARED_CHANGED ? share : 0;
}

/** Without a word of change, only the values may differ. */
function replaced(content: Content, other: Content, known: KnownContents): number {
  const subject = [...content.words].filter((word) => !content.values.has(word));
  const otherSubject = [...other.words].filter((word) => !other.values.has(word));
  const differ =
    [...content.values].some((value) => !other.values.has(value)) &&
    [...other.values].some((v) => !content.values.has(v));
  const negates = content.isNegated !== other.isNegated && content.values.size === other.values.size;
  if (!(differ || negates) || subject.length < 2 || otherSubject.length < 2) return 0;
  const share = known.weigh(subject.filter((word) => other.words.has(word))) / known.weigh(subject);
  return share >= (negates && !differ ? 0.95 : SHARED_PLAIN) ? share : 0;
}

function isCommon(word: string, known: KnownContents): boolean {
  return known.frequencyOf(word) > Math.max(2, known.all.length * COMMON_SHARE);
}
