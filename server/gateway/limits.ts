import { z } from "zod";
import { DuckError } from "../util/errors.ts";
import { describeIssues } from "../util/issues.ts";

/** How much of everything the gateway and the conversations behind it take. */
export type Limits = z.infer<typeof limits>;

const amount = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);

const limits = z.strictObject({
  /** Bytes of a frame that a client sends. */
  frameBytes: amount,
  topicsPerSocket: amount,
  sockets: amount,
  /** Bytes that wait for a client that reads slowly. */
  sendQueueBytes: amount,
  /** A client that reads nothing of what waits for it for so long is let go, and resumes. */
  stalledMs: amount,
  /** A client that says nothing for so long is let go: its heartbeat comes each 30 s. */
  silentMs: amount,
  /** Topics that are joined with one access token, in a minute. */
  joinsPerMinute: amount,
  /** Whatever is pushed with one access token, in a minute. */
  pushesPerMinute: amount,
  /** Messages of one access token that reach a model, in an hour. */
  messagesPerHour: amount,
  /** A conversation that nobody used or follows for so long is let go from memory; its log stays. */
  hibernateAfterMs: amount,
  /** Of more conversations than these in memory, those that nobody needs now are let go, the least recently used first. */
  liveConversations: amount,
});

export const DEFAULT_LIMITS: Limits = {
  frameBytes: 1024 * 1024,
  topicsPerSocket: 100,
  sockets: 64,
  sendQueueBytes: 4 * 1024 * 1024,
  stalledMs: 10_000,
  silentMs: 60_000,
  joinsPerMinute: 600,
  pushesPerMinute: 3_000,
  messagesPerHour: 100,
  hibernateAfterMs: 10 * 60_000,
  liveConversations: 200,
};

/** Limits as somebody writes them in JSON, the others by default. Throws DuckError invalidRequest. */
export function readLimits(text: string): Limits {
  const parsed = limits.partial().safeParse(jsonOf(text));
  if (parsed.success) return { ...DEFAULT_LIMITS, ...parsed.data };
  throw new DuckError("invalidRequest", `These limits cannot be used: ${describeIssues(parsed.error)}.`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DuckError("invalidRequest", 'Limits are JSON, such as {"sockets": 100}.', { cause: error });
  }
}
