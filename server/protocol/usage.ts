import type { Transcript, Turn } from "./transcript.ts";

/** What all answers of a conversation took, also those that are out of view by now, and the titles that a model made. */
export interface ConversationUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** The endpoint did not say what some answers took: they are counted with our own tokenizer. */
  readonly isEstimate: boolean;
  /** Sum over the answers whose price was known when they were made. */
  readonly costUsd?: number;
  /** Some answer of a model has no price. */
  readonly isCostPartial: boolean;
}

/** Undefined while no model has answered. */
export function usageOf(transcript: Transcript): ConversationUsage | undefined {
  const answers = transcript.turns.flatMap((turn) => answerUsage(turn) ?? []);
  const titles = transcript.titleUsage.map((usage) => ({ ...usage, isEstimate: false }));
  const all = [...answers, ...titles];
  if (all.length === 0) return undefined;
  const costs = all.flatMap(({ costUsd }) => costUsd ?? []);
  return {
    promptTokens: sum(all.map(({ promptTokens }) => promptTokens)),
    completionTokens: sum(all.map(({ completionTokens }) => completionTokens)),
    isEstimate: all.some(({ isEstimate }) => isEstimate),
    ...(costs.length > 0 && { costUsd: sum(costs) }),
    isCostPartial: costs.length > 0 && costs.length < all.length,
  };
}

/** English and code have about four characters a token. */
const CHARACTERS_PER_TOKEN = 4;

function answerUsage({ state, model, usage, receipt, text }: Turn) {
  if (state !== "done" || model === undefined || model.kind === "offline") return undefined;
  if (usage !== undefined) return { ...usage, isEstimate: false };
  const completionTokens = Math.ceil(text.length / CHARACTERS_PER_TOKEN);
  return { promptTokens: receipt?.usedTokens ?? 0, completionTokens, costUsd: undefined, isEstimate: true };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
