import type { ChatEvent } from "../protocol/events.ts";
import { emptyTranscript, type Transcript, updateAll } from "../protocol/transcript.ts";
import type { Conversations } from "./conversations.ts";

/** A conversation as it stands now, whoever owns it. Throws DuckError notFound. */
export async function transcriptOf(conversations: Conversations, conversationId: string): Promise<Transcript> {
  return updateAll(emptyTranscript, await eventsOf(conversations, conversationId));
}

/** All that a new subscriber is told of it. Throws DuckError notFound. */
export async function eventsOf(conversations: Conversations, conversationId: string): Promise<ChatEvent[]> {
  const leaving = new AbortController();
  const events: ChatEvent[] = [];
  for await (const event of conversations.subscribe({ conversationId, lastSeq: 0 }, leaving.signal)) {
    events.push(event);
    if (event.type === "caughtUp") break;
  }
  leaving.abort();
  return events;
}
