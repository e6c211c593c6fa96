import type { Memory, MemoryTestResult } from "../protocol/memory.ts";
import type { Clock } from "../util/clock.ts";
import { memoryQuestions } from "./memoryQuestions.ts";

export interface MemoryTestPorts {
  /** The ids of what is recalled, best first. */
  recall(question: string): Promise<readonly string[]>;
  readonly clock: Pick<Clock, "monotonicMs">;
}

/** Asks for stored facts, one after another, as a conversation would. A fact is found when it is among the first ten. */
export async function testMemory(
  memories: readonly Memory[],
  { recall, clock }: MemoryTestPorts,
  count = DEFAULT_QUESTIONS,
): Promise<MemoryTestResult> {
  const questions = memoryQuestions(memories, count);
  const took: number[] = [];
  const missed: { id: string; question: string }[] = [];
  // The first question ever waits for what is loaded then: that is not how long recall takes.
  if (questions[0] !== undefined) await recall(questions[0].question);
  for (const { id, question } of questions) {
    const startedAt = clock.monotonicMs();
    const recalled = await recall(question);
    took.push(clock.monotonicMs() - startedAt);
    if (!recalled.slice(0, 10).includes(id)) missed.push({ id, question });
  }
  return {
    asked: questions.length,
    found: questions.length - missed.length,
    recallP50Ms: percentile(took, 0.5),
    recallP95Ms: percentile(took, 0.95),
    missed: missed.slice(0, SHOWN_MISSES),
  };
}

const DEFAULT_QUESTIONS = 100;
const SHOWN_MISSES = 20;

/** The smallest value that this share of all does not exceed (nearest rank), in hundredths; 0 when there are none. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0) * 100) / 100;
}
