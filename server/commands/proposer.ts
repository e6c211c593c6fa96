import type { Chat, ChatRequest } from "../context/chat.ts";
import type { TurnPart, TurnRequest } from "../context/turn.ts";
import { BlockParser, type EditPiece } from "../edits/blocks.ts";
import { createProposal } from "../edits/proposal.ts";
import type { Proposal } from "../protocol/edits.ts";
import type { Attachment, ModelName, Usage } from "../protocol/events.ts";
import { DuckError } from "../util/errors.ts";
import { codeFence, plainText } from "../util/markdown.ts";
import type { TaskPart } from "../workflow/workflow.ts";
import { type Draft, type DraftSources, draftOf, type Edit, type Refused } from "./draft.ts";
import { EDIT_FORMAT, repairQuestion } from "./editFormat.ts";

export interface ProposerSources extends DraftSources {
  readonly chat: Chat;
  readonly newId: () => string;
}

export interface Wanted {
  readonly turn: TurnRequest;
  /** What is asked of the model. */
  readonly question: string;
  /** The name of the undo step. */
  readonly title: string;
  /** Sent along besides what came with the message. */
  readonly attachments: readonly Attachment[];
  /** Texts of files as the model sees them, by absolute path. */
  readonly seen: ReadonlyMap<string, string>;
}

export interface Proposed {
  /** Absent: nothing is left to change. */
  readonly proposal?: Proposal;
  readonly model?: ModelName;
  readonly usage?: Usage;
}

/** Question in, changes of files out: asks a model, shows what it says, and makes a proposal of its edits. */
export class Proposer {
  readonly #sources: ProposerSources;

  constructor(sources: ProposerSources) {
    this.#sources = sources;
  }

  async *propose(wanted: Wanted, signal: AbortSignal): AsyncGenerator<TaskPart, Proposed> {
    const first = yield* this.#ask(wanted, wanted.question, signal);
    const drafted = await this.#draft(first, wanted, signal);
    const { draft, answer } = yield* this.#repaired(wanted, first, drafted, signal);
    const notes = notesOn(draft, answer);
    if (notes !== "") yield { type: "text", text: `\n\n${notes}\n` };
    const { title } = wanted;
    const proposal = createProposal({ id: this.#sources.newId(), title, files: draft.files });
    const { model, usage } = answer;
    return { ...(proposal.files.length > 0 && { proposal }), ...(model && { model }), ...(usage && { usage }) };
  }

  /** What does not fit is asked for once more; what fits is kept. */
  async *#repaired(
    wanted: Wanted,
    answer: Answer,
    draft: Draft,
    signal: AbortSignal,
  ): AsyncGenerator<TaskPart, { draft: Draft; answer: Answer }> {
    const lost = draft.refused.filter(({ isRepairable }) => isRepairable);
    if (lost.length === 0) return { draft, answer };
    yield {
      type: "progress",
      message: lost.length === 1 ? "A change does not fit. Asking again" : "Changes do not fit. Asking again",
    };
    yield { type: "text", text: "\n\n" };
    const again = yield* this.#askAgain(wanted, lost, signal);
    if (again === undefined) return { draft, answer };
    const edits = [...draft.edits, ...again.edits];
    const both = { ...again, edits, usage: added(answer.usage, again.usage) };
    const repaired = await this.#draft(both, wanted, signal);
    const kept = draft.refused.filter(({ isRepairable }) => !isRepairable);
    return { draft: { ...repaired, refused: [...kept, ...repaired.refused] }, answer: both };
  }

  /** Undefined when it could not be asked: what fits is not lost for that. */
  async *#askAgain(
    wanted: Wanted,
    lost: readonly Refused[],
    signal: AbortSignal,
  ): AsyncGenerator<TaskPart, Answer | undefined> {
    try {
      return yield* this.#ask(wanted, repairQuestion(wanted.question, lost), signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof DuckError)) throw error;
      return undefined;
    }
  }

  async #draft(answer: Answer, { seen }: Wanted, signal: AbortSignal): Promise<Draft> {
    const draft = await draftOf(answer.edits, seen, this.#sources, signal);
    return { ...draft, refused: [...answer.malformed, ...draft.refused] };
  }

  async *#ask(wanted: Wanted, question: string, signal: AbortSignal): AsyncGenerator<TaskPart, Answer> {
    const { turn, attachments } = wanted;
    const asked: ChatRequest = { turn, question, attachments, instructions: EDIT_FORMAT };
    const reader = new AnswerReader();
    for await (const part of this.#sources.chat.answer(asked, signal)) {
      if (part.type === "text") yield* reader.read(part.text);
      else if (part.type === "end") return yield* reader.end(part);
      else if (part.type !== "workflow") yield part;
    }
    throw new DuckError("modelUnavailable", "The answer ended without saying that it was complete.");
  }
}

interface Answer {
  readonly edits: readonly Edit[];
  readonly malformed: readonly Refused[];
  /** It was longer than there was room for. */
  readonly isCut: boolean;
  readonly model?: ModelName | undefined;
  readonly usage?: Usage | undefined;
}

/** Shows what is said while it comes, and keeps the edits. */
class AnswerReader {
  readonly #parser = new BlockParser();
  readonly #edits: Edit[] = [];
  readonly #malformed: Refused[] = [];
  /** What is shown next is no edit. */
  #misfit: Refused | undefined;
  #file: string | undefined;

  *read(text: string): Generator<TaskPart, void> {
    for (const piece of this.#parser.push(text)) yield* this.#take(piece);
  }

  *end({ stopReason, model, usage }: Extract<TurnPart, { type: "end" }>): Generator<TaskPart, Answer> {
    for (const piece of this.#parser.end()) yield* this.#take(piece);
    return { edits: this.#edits, malformed: this.#malformed, isCut: stopReason === "length", model, usage };
  }

  *#take(piece: EditPiece): Generator<TaskPart, void> {
    switch (piece.type) {
      case "text":
        return yield this.#shown(piece.text);
      case "begins":
        if (piece.path !== this.#file) yield { type: "progress", message: `Changing ${piece.path}` };
        this.#file = piece.path;
        return;
      case "malformed":
        this.#misfit = { label: piece.path, why: piece.why, isRepairable: true };
        return;
      default:
        this.#edits.push(piece);
    }
  }

  #shown(text: string): TaskPart {
    if (this.#misfit === undefined) return { type: "text", text };
    const shown = codeFence(text.trimEnd());
    this.#malformed.push({ ...this.#misfit, shown });
    this.#misfit = undefined;
    return { type: "text", text: `${shown}\n` };
  }
}

/** What became of the answer besides the proposal, in words. */
function notesOn({ files, refused }: Draft, { edits, isCut }: Answer): string {
  const notes = refused.map(
    ({ label, why }) => `- ${label === undefined ? "" : `${plainText(label)}: `}${plainText(why)}`,
  );
  const lost = notes.length === 0 ? [] : ["**Left out**, as it is no edit that can be applied:", notes.join("\n")];
  const cut = isCut
    ? ["The answer was longer than the model has room for, so changes may be missing. Ask for a smaller part."]
    : [];
  const nothing = files.length > 0 || notes.length > 0 ? [] : [edits.length > 0 ? UNCHANGED : NO_EDITS];
  return [...nothing, ...lost, ...cut].join("\n\n");
}

const UNCHANGED = "Nothing is left to change: the files stand so already.";
const NO_EDITS = "The answer holds no edit, so there is nothing to review.";

function added(before: Usage | undefined, usage: Usage | undefined): Usage | undefined {
  if (before === undefined || usage === undefined) return before ?? usage;
  return {
    promptTokens: before.promptTokens + usage.promptTokens,
    completionTokens: before.completionTokens + usage.completionTokens,
    ...(before.costUsd !== undefined && usage.costUsd !== undefined && { costUsd: before.costUsd + usage.costUsd }),
  };
}
