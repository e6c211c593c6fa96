import type { PersistedEvent } from "../protocol/events.ts";
import { withoutTurns, withoutUndone } from "../protocol/forgetting.ts";
import { emptyTranscript, type Transcript, updateAll, visibleTurns } from "../protocol/transcript.ts";
import { besideOwner } from "../store/besideOwner.ts";
import { type LogSource, readWhole } from "../store/log/readConversation.ts";
import { withoutUsedCheckpoints } from "../store/log/snapshot.ts";
import type { StoreKeys } from "../store/storeKeys.ts";
import { type StoreReading, workspacesIn } from "../store/storeReading.ts";
import { conversationsIn } from "../store/verifyConversation.ts";
import { toMarkdown } from "./export.ts";

/** One line of the export of everything; docs/export.md describes it. */
export interface ExportedConversation {
  readonly kind: "conversation";
  readonly workspace: string;
  readonly conversationId: string;
  readonly title: string;
  /** What is in view, in its order. */
  readonly messages: readonly ExportedMessage[];
  /** Records of it that nobody can read any more. */
  readonly unreadable: number;
  /** All of it, with every branch: folding the events again gives the same conversation. */
  readonly events: readonly PersistedEvent[];
}

export interface ExportedMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
  /** ISO 8601. */
  readonly at: string;
  /** Who answered, as its endpoint names it. */
  readonly model?: string;
}

export interface Exported {
  readonly conversation: ExportedConversation;
  /** The same for people, as far as it is in view. */
  readonly markdown: string;
}

/** Every conversation of a store that was not deleted and has a message, one after another. Changes nothing in the store. */
export async function* exportStore(
  store: Pick<StoreReading, "fs" | "path">,
  keys: StoreKeys,
  signal: AbortSignal,
): AsyncGenerator<Exported> {
  const { fs, path } = store;
  for (const workspace of await workspacesIn(store)) {
    for (const { source, isDeleted } of await conversationsIn({ fs, keys }, path, workspace)) {
      signal.throwIfAborted();
      if (isDeleted) continue;
      const exported = await besideOwner(fs, source.folder, () => exportOne(source, workspace));
      if (exported !== undefined) yield exported;
    }
  }
}

/** Undefined when there is no message in it. */
async function exportOne(source: LogSource, workspace: string): Promise<Exported | undefined> {
  const {
    events: all,
    report: { lost, records },
  } = await readWhole(source);
  const kept = withoutUndone(withoutUsedCheckpoints(all));
  const transcript = updateAll(emptyTranscript, kept);
  // What is forgotten stands in the log while that can be undone, and nowhere else.
  const forgotten = new Set(transcript.turns.flatMap((turn) => (turn.forgotten ? turn.accepted.turnId : [])));
  const events = kept.flatMap((event) => withoutTurns(event, forgotten) ?? []);
  if (transcript.turns.length === 0) return undefined;
  const { conversationId } = source;
  const what = { kind: "conversation" as const, workspace, conversationId, title: transcript.title };
  const conversation = { ...what, messages: messagesOf(transcript), unreadable: lost, events };
  const told = lost > 0 ? { ...transcript, damage: { unreadable: lost, records } } : transcript;
  return { conversation, markdown: toMarkdown(told) };
}

function messagesOf(transcript: Transcript): ExportedMessage[] {
  return visibleTurns(transcript).flatMap(({ accepted, text, doneAt, model, forgotten }): ExportedMessage[] => {
    if (forgotten) return [];
    const asked = { role: "user" as const, content: accepted.content, at: accepted.at };
    if (text === "") return [asked];
    const answer = { role: "assistant" as const, content: text, at: doneAt ?? accepted.at };
    return [asked, { ...answer, ...(model && { model: model.id }) }];
  });
}
