import type { AcceptedEvent, ContextItem, DoneEvent, ForgetStage, PersistedEvent, Receipt } from "./events.ts";
import type { Turn } from "./transcript.ts";

/**
 * What is left of a message that was forgotten: that there was one, where it stood and what its answer took. Everything that
 * anybody said is gone. Pure; the server, its log and every client do the same.
 */

/** The turn without its texts. */
export function bareTurn(turn: Turn, stage: ForgetStage): Turn {
  const { accepted, after, state, kind, command, doneAt, doneSeq, stopReason, model, usage, replacedBy } = turn;
  return {
    accepted: bareMessage(accepted),
    ...(after !== undefined && { after }),
    state,
    ...(kind && { kind }),
    ...(command !== undefined && { command }),
    text: "",
    ...(doneAt !== undefined && { doneAt }),
    ...(doneSeq !== undefined && { doneSeq }),
    ...(stopReason && { stopReason }),
    ...(model && { model }),
    ...(usage && { usage }),
    ...(replacedBy !== undefined && { replacedBy }),
    forgotten: stage,
  };
}

/** What the event says when these turns are forgotten; undefined when nothing of it is left. */
export function withoutTurns(event: PersistedEvent, turnIds: ReadonlySet<string>): PersistedEvent | undefined {
  switch (event.type) {
    case "accepted":
      return turnIds.has(event.turnId) ? bareMessage(event) : event;
    case "done":
      return turnIds.has(event.turnId) ? bareAnswer(event) : event;
    case "context":
      return turnIds.has(event.turnId) ? undefined : { ...event, receipt: withoutQuotes(event.receipt, turnIds) };
    case "step":
    case "workflow":
    case "proposed":
    case "decided":
    case "applied":
    case "checkpoint":
    case "revised":
      return turnIds.has(event.turnId) ? undefined : event;
    case "titled":
      return event.from !== undefined && turnIds.has(event.from) ? { ...event, title: "" } : event;
    case "compacted":
      return event.turnIds.some((id) => turnIds.has(id)) ? undefined : event;
    default:
      return event;
  }
}

/** A later answer's receipt quotes the messages that went along. The same receipt when it quotes none of these. */
export function withoutQuotes(receipt: Receipt, turnIds: ReadonlySet<string>): Receipt {
  const quotes = ({ turnId }: ContextItem) => turnId !== undefined && turnIds.has(turnId);
  const { included, leftOut } = receipt;
  if (!included.some(quotes) && !leftOut.some(quotes)) return receipt;
  const bare = (item: ContextItem) => (quotes(item) ? { ...item, label: "a forgotten message" } : item);
  return { ...receipt, included: included.map(bare), leftOut: leftOut.map(bare) };
}

/** A forgetting that was undone has never been: the same events without it. Summaries that it took along stay gone. */
export function withoutUndone<E extends PersistedEvent>(events: readonly E[]): readonly E[] {
  if (!events.some(({ type }) => type === "remembered")) return events;
  const undone = new Set<string>();
  const unsummarised = new Set<string>();
  const left = events.toReversed().filter((event) => {
    if (event.type === "remembered") for (const id of event.turnIds) undone.add(id);
    if (event.type === "compacted") return !event.turnIds.some((id) => unsummarised.has(id));
    if (event.type !== "forgotten" || !event.turnIds.every((id) => undone.has(id))) return true;
    for (const id of event.turnIds) undone.delete(id);
    for (const id of event.turnIds) unsummarised.add(id);
    return false;
  });
  return left.toReversed();
}

function bareMessage({ continues: _, ...event }: AcceptedEvent): AcceptedEvent {
  return { ...event, content: "", attachments: [] };
}

function bareAnswer({ reasoning: _, error: __, choices: ___, ...event }: DoneEvent): DoneEvent {
  return { ...event, text: "" };
}
