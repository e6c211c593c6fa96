import type { EditResult, FileOutcome, ProposedFile, Review } from "../../server/protocol/edits.ts";
import type { AppliedEvent, DecidedEvent, RewoundEvent } from "../../server/protocol/events.ts";
import type { PanelMessage, PanelMethod } from "../../server/protocol/panel.ts";
import type { Result } from "../../server/protocol/requests.ts";
import { decided, hunksOf, openHunks } from "../../server/protocol/review.ts";
import type { Transcript } from "../../server/protocol/transcript.ts";

type EditCall = Extract<
  PanelMessage,
  { type: "call"; method: "rubberduck/edit/decide" | "rubberduck/edit/revert" | "rubberduck/edit/rewind" }
>;
type Unwritten<E> = E extends unknown ? Omit<E, "seq" | "at"> : never;
type EditEvent = Unwritten<DecidedEvent | AppliedEvent | RewoundEvent>;

/** The server's side of a review, with files that are written in words only. */
export class FakeReviews {
  /** By path: why a file cannot be written. */
  readonly refusals = new Map<string, string>();
  /** What going back does, or would do. */
  rewinding: EditResult<"rubberduck/edit/rewind"> = { restored: [], kept: [] };

  answer(call: EditCall, transcript: Transcript): { events: EditEvent[]; result: Result<PanelMethod> } {
    switch (call.method) {
      case "rubberduck/edit/decide": {
        const { turnId, proposalId, hunkIds, decision, reason } = call.params;
        const fields = { turnId, proposalId, hunkIds, decision, ...(reason !== undefined && { reason }) };
        const event = { type: "decided", ...fields } as const;
        const review = decided(find(transcript, turnId, proposalId), { ...event, seq: 0, at: "" });
        return { events: [event, ...this.#applied(turnId, review)], result: {} };
      }
      case "rubberduck/edit/revert": {
        const { turnId, proposalId } = call.params;
        const { outcomes: files = [] } = find(transcript, turnId, proposalId);
        return { events: [{ type: "applied", turnId, proposalId, files, reverted: true }], result: { files } };
      }
      case "rubberduck/edit/rewind": {
        const { turnId, conversation, check } = call.params;
        const goes = conversation && check !== true;
        return { events: goes ? [{ type: "rewound", turnId }] : [], result: this.rewinding };
      }
    }
  }

  #applied(turnId: string, review: Review): EditEvent[] {
    if (review.state !== "open" || openHunks(review).length > 0) return [];
    const event = { type: "applied", turnId, proposalId: review.id } as const;
    return [event, { ...event, files: this.#outcomes(review) }];
  }

  #outcomes({ files, decisions }: Review): FileOutcome[] {
    const isAccepted = (file: ProposedFile) =>
      hunksOf({ files: [file] }).some(({ id }) => decisions[id]?.decision === "accepted");
    return files.filter(isAccepted).map(({ path }): FileOutcome => {
      const why = this.refusals.get(path);
      return why === undefined ? { path, state: "changed" } : { path, state: "refused", why };
    });
  }
}

function find(transcript: Transcript, turnId: string, proposalId: string): Review {
  const turn = transcript.turns.find(({ accepted }) => accepted.turnId === turnId);
  const review = turn?.reviews?.find(({ id }) => id === proposalId);
  if (review === undefined) throw new Error(`no proposal ${proposalId}`);
  return review;
}
