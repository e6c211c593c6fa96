import type { MemoryKind } from "../../protocol/memory.ts";
import { cuesOf, languageOf } from "./languages.ts";

/** What kind of statement it is. `answersClaim`: it contradicts what was said just before. */
export function kindOf(text: string): MemoryKind {
  const cues = cuesOf(languageOf(text));
  if (cues.corrections.test(text)) return "correction";
  if (/^(?:i|my|ich|je|yo|я|eu|io|ik)(?!\p{L})/iu.test(text) && cues.preferences.test(text)) return "preference";
  const hasDate = cues.dates.test(text);
  if (hasDate && cues.tasks.test(text) && !/(?<!\p{L})(?:never|always|nie|immer|jamais|nunca)(?!\p{L})/iu.test(text))
    return "task";
  if (cues.decisions.test(text)) return "decision";
  if (cues.preferences.test(text)) return "preference";
  if (cues.norms.test(text) || cues.habits.test(text)) return "convention";
  return "fact";
}
