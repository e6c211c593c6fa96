import type { Memory } from "../../protocol/memory.ts";
import { type KnownContents, shared } from "./overlap.ts";
import type { Utterance } from "./utterance.ts";
import { type Content, normalised } from "./words.ts";

/** How much of a statement must stand in a known one for it to say the same; less where the user says that they said it. */
const SAME = 0.75;
const RESTATED = 0.4;

/** The memory that says this already, with the same values. `restated`: the user says that they said it before. */
export function duplicateOf(
  text: string,
  content: Content,
  known: KnownContents,
  restated: boolean,
): Memory | undefined {
  const same = normalised(text);
  let best: Memory | undefined;
  let most = restated ? RESTATED : SAME;
  for (const { memory, content: other, text: its } of known.all) {
    if (its === same) return memory;
    if (!restated && (content.isNegated !== other.isNegated || content.words.size < 2)) continue;
    if ([...content.values].some((value) => !other.words.has(value))) continue;
    const share = known.weigh(shared(content.words, other.words)) / known.weigh(content.words);
    if (share >= most) [best, most] = [memory, share];
  }
  return best;
}

/** The memory learned in this conversation a moment ago that a confirmed statement only words anew. */
export function echoOf(content: Content, known: KnownContents, before: readonly Utterance[]): Memory | undefined {
  const isRecent = ({ sources }: Memory) =>
    sources.some((source) =>
      before.some(({ seq, conversation }) => seq === source.seq && conversation === source.conversationId),
    );
  return known.all.find(
    ({ memory, content: other }) =>
      isRecent(memory) && known.weigh(shared(content.words, other.words)) >= RESTATED * known.weigh(content.words),
  )?.memory;
}
