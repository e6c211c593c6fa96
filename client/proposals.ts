import * as vscode from "vscode";
import type { ProposedFile, Review } from "../server/protocol/edits.ts";
import type { ChatEvent } from "../server/protocol/events.ts";
import { emptyTranscript, type Transcript, type Turn, update, visibleTurns } from "../server/protocol/transcript.ts";

/** One file of a proposal, named as requests name it. */
export interface ProposalPlace {
  readonly conversationId: string;
  readonly turnId: string;
  readonly proposalId: string;
  readonly path: string;
}

export interface ProposedChange extends ProposalPlace {
  readonly review: Review;
  readonly file: ProposedFile;
}

/** As many conversations are followed: the one in the panel, and those before it. */
const MAX_CONVERSATIONS = 3;

/** What the conversations that the panel has shown propose, as far as the editor needs it. It folds the same events as the panel. */
export class Proposals implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #transcripts = new Map<string, Transcript>();

  /** Something was proposed, decided, applied, or left the view. */
  readonly onDidChange = this.#changed.event;

  /** An event of a conversation, in its order. */
  take(conversationId: string, event: ChatEvent): void {
    if (PASSING.has(event.type)) return;
    const known = this.#transcripts.get(conversationId) ?? emptyTranscript;
    this.#transcripts.delete(conversationId);
    this.#transcripts.set(conversationId, update(known, event));
    for (const oldest of this.#transcripts.keys()) {
      if (this.#transcripts.size > MAX_CONVERSATIONS) this.#transcripts.delete(oldest);
    }
    this.#changed.fire();
  }

  /** What waits for a decision in this file. */
  openIn(path: string): ProposedChange[] {
    return this.#all().filter((change) => change.path === path && change.review.state === "open");
  }

  find({ conversationId, turnId, proposalId, path }: ProposalPlace): ProposedChange | undefined {
    return this.#all().find(
      (one) =>
        one.conversationId === conversationId &&
        one.turnId === turnId &&
        one.proposalId === proposalId &&
        one.path === path,
    );
  }

  /** The newest turn of a message, by the id with which it was sent. */
  turnOf(conversationId: string, operationId: string): Turn | undefined {
    return this.#transcripts.get(conversationId)?.turns.find(({ accepted }) => accepted.operationId === operationId);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #all(): ProposedChange[] {
    return [...this.#transcripts].flatMap(([conversationId, transcript]) =>
      visibleTurns(transcript).flatMap(({ accepted: { turnId }, reviews = [] }) =>
        reviews.flatMap((review) => review.files.map((file) => changeOf(conversationId, turnId, review, file))),
      ),
    );
  }
}

/** Many, and of no interest here: how an answer grows, and what was said long ago. */
const PASSING: ReadonlySet<ChatEvent["type"]> = new Set(["text", "reasoning", "progress", "earlier", "caughtUp"]);

function changeOf(conversationId: string, turnId: string, review: Review, file: ProposedFile): ProposedChange {
  return { conversationId, turnId, proposalId: review.id, path: file.path, review, file };
}
