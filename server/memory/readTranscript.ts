import type { PersistedEvent } from "../protocol/events.ts";
import { withoutUndone } from "../protocol/forgetting.ts";
import { emptyTranscript, type Transcript, updateAll } from "../protocol/transcript.ts";
import type { ConversationLogs } from "../store/eventLog.ts";

const NO_CHECKPOINTS = new Set(["checkpoint"] as const);
const NEVER = new AbortController().signal;

/** How a conversation stands by its log. */
export async function readTranscript(logs: ConversationLogs, conversationId: string): Promise<Transcript> {
  const log = await logs.open(conversationId);
  const events: PersistedEvent[] = [];
  for await (const piece of log.pieces(NO_CHECKPOINTS, NEVER)) for (const event of piece) events.push(event);
  return updateAll(emptyTranscript, withoutUndone(events));
}
