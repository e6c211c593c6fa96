import type { Attachment, AttachmentKind } from "./attachments.ts";
import type { IntentChoice, Meant } from "./commands.ts";
import type { FileOutcome, HunkDecision, Proposal } from "./edits.ts";
import type { EventError } from "./errors.ts";
import type { RecalledKind } from "./memory.ts";
import type { ClientType, PresenceEvent } from "./presence.ts";
import type { Transcript, Turn } from "./transcript.ts";
import type { WorkflowStep } from "./workflow.ts";

export type { Attachment } from "./attachments.ts";
export type { ClientType } from "./presence.ts";

/**
 * Everything that happens in a conversation, in the order in which it happened. Events with a `seq` are in the
 * conversation's log; the others are only of use while the reply streams and are rebuilt on resume.
 * `seq` counts from 1 without gaps as far as clients are concerned it only ever grows: internal records take numbers too.
 */
export type ChatEvent =
  | AcceptedEvent
  | StartedEvent
  | ContextEvent
  | StepEvent
  | WorkflowEvent
  | ProposedEvent
  | DecidedEvent
  | AppliedEvent
  | TextEvent
  | ReasoningEvent
  | ProgressEvent
  | DoneEvent
  | RevisedEvent
  | PromotedEvent
  | WithdrawnEvent
  | ClearedEvent
  | TitledEvent
  | PinnedEvent
  | ModelChosenEvent
  | BranchChosenEvent
  | RewoundEvent
  | ForgottenEvent
  | RememberedEvent
  | CompactedEvent
  | DeletedEvent
  | DamagedEvent
  | PresenceEvent
  | SnapshotEvent
  | EarlierEvent
  | CaughtUpEvent;

/** Events that are kept in the log. */
export type PersistedEvent =
  | AcceptedEvent
  | StartedEvent
  | ContextEvent
  | StepEvent
  | WorkflowEvent
  | ProposedEvent
  | DecidedEvent
  | AppliedEvent
  | CheckpointEvent
  | DoneEvent
  | RevisedEvent
  | PromotedEvent
  | WithdrawnEvent
  | ClearedEvent
  | TitledEvent
  | PinnedEvent
  | ModelChosenEvent
  | BranchChosenEvent
  | RewoundEvent
  | ForgottenEvent
  | RememberedEvent
  | CompactedEvent;

interface Persisted {
  /** Position in the conversation's log. */
  readonly seq: number;
  /** Wall time, ISO 8601. For display only: order is `seq`. */
  readonly at: string;
}

/** The user's message is on disk. Nothing after this loses it. */
export interface AcceptedEvent extends Persisted {
  readonly type: "accepted";
  readonly turnId: string;
  /** Chosen by the sender; sending it again changes nothing. */
  readonly operationId: string;
  readonly content: string;
  readonly attachments: readonly Attachment[];
  readonly options: SendOptions;
  /** What kind of client sent it. */
  readonly client: ClientType;
  /** This turn answers an earlier turn's message again. */
  readonly replaces?: string;
  /** Text kept from the replaced turn's answer, which this answer continues. */
  readonly continues?: string;
  /** This message stands in the place of that turn's; what stood there, and all behind it, leaves view and context. */
  readonly edits?: string;
}

/** The turn left the queue. */
export interface StartedEvent extends Persisted {
  readonly type: "started";
  readonly turnId: string;
  readonly kind: TurnKind;
  /** Name without the slash, when `kind` is "command" or "mixed". */
  readonly command?: string;
}

/** mixed: a command, and talk that wants an answer. unsure: nothing was run, and `choices` of the end ask what was meant. */
export type TurnKind = "chat" | "command" | "mixed" | "unsure";

/** The receipt: what was sent to the model for this turn, and what was not. */
export interface ContextEvent extends Persisted {
  readonly type: "context";
  readonly turnId: string;
  readonly receipt: Receipt;
}

/**
 * A tool that the model used on its way to the answer: once when it begins (state "running") and once when it has ended.
 * One that is still running when the turn is done was stopped.
 */
export interface StepEvent extends Persisted {
  readonly type: "step";
  readonly turnId: string;
  readonly step: Step;
  /** What the result takes in the prompt, once it is there; adds to the turn's receipt. */
  readonly item?: ContextItem;
}

/** Steps of the turn's work that are new or have changed; a step takes the place of the one with its id. */
export interface WorkflowEvent extends Persisted {
  readonly type: "workflow";
  readonly turnId: string;
  readonly steps: readonly WorkflowStep[];
}

/** The answer proposes changes of files. */
export interface ProposedEvent extends Persisted {
  readonly type: "proposed";
  readonly turnId: string;
  readonly proposal: Proposal;
}

/** Somebody decided hunks, or opened them again (null). */
export interface DecidedEvent extends Persisted {
  readonly type: "decided";
  readonly turnId: string;
  readonly proposalId: string;
  readonly hunkIds: readonly string[];
  readonly decision: HunkDecision | null;
  readonly reason?: string;
}

/**
 * Files are written, or were: before (without `files`) and after, so that a crash in between is found. With `reverted` they were
 * taken back to what they were before.
 */
export interface AppliedEvent extends Persisted {
  readonly type: "applied";
  readonly turnId: string;
  readonly proposalId: string;
  readonly files?: readonly FileOutcome[];
  readonly reverted?: true;
}

/** The next piece of the answer. Applying it twice, or late, is harmless: text is cut to `offset`, then appended. */
export interface TextEvent {
  readonly type: "text";
  readonly turnId: string;
  /** UTF-16 code units of the answer that stand before this piece. */
  readonly offset: number;
  readonly text: string;
}

/** The next piece of what the model thinks before and between what it says. Applied as {@link TextEvent} is. */
export interface ReasoningEvent {
  readonly type: "reasoning";
  readonly turnId: string;
  /** UTF-16 code units of the reasoning that stand before this piece. */
  readonly offset: number;
  readonly text: string;
  /** How long it has thought so far, in milliseconds. */
  readonly ms: number;
}

/** What a model thought. Shown to the user, never sent to a model again. */
export interface Reasoning {
  /** Markdown; its first 65,536 UTF-16 code units. */
  readonly text: string;
  /** How long it thought, in milliseconds: while it said nothing and used no tool. */
  readonly ms: number;
}

/** Log only: the piece of an unfinished answer since the last checkpoint. Clients receive it as {@link TextEvent}. */
export interface CheckpointEvent extends Persisted {
  readonly type: "checkpoint";
  readonly turnId: string;
  readonly offset: number;
  readonly text: string;
  /** What the model thought since the last checkpoint, if it did. Placed as `text` is, `ms` in all. */
  readonly reasoning?: Pick<ReasoningEvent, "offset" | "text" | "ms">;
}

/** What the duck is doing, in a few words, while there is no text yet. */
export interface ProgressEvent {
  readonly type: "progress";
  readonly turnId: string;
  readonly message: string;
}

/** The turn is over, in whatever way. `text` is the whole answer. */
export interface DoneEvent extends Persisted {
  readonly type: "done";
  readonly turnId: string;
  readonly text: string;
  readonly stopReason: StopReason;
  readonly reasoning?: Reasoning;
  /** Why, when `stopReason` is "interrupted" or "error". */
  readonly error?: EventError;
  /** Who answered. Absent when a command did, or nobody. */
  readonly model?: ModelName;
  readonly usage?: Usage;
  /** What the message may have meant, when the turn's kind is "unsure". */
  readonly choices?: readonly IntentChoice[];
}

/** A queued message says something else now; what is attached to it stays. */
export interface RevisedEvent extends Persisted {
  readonly type: "revised";
  readonly turnId: string;
  readonly content: string;
}

/** A queued message is answered before the others that wait. queue.ts says where it stands. */
export interface PromotedEvent extends Persisted {
  readonly type: "promoted";
  readonly turnId: string;
}

/** A queued message was taken back before it was answered. */
export interface WithdrawnEvent extends Persisted {
  readonly type: "withdrawn";
  readonly turnId: string;
}

/** Earlier messages leave the view and the context. They stay in the log. */
export interface ClearedEvent extends Persisted {
  readonly type: "cleared";
}

export interface TitledEvent extends Persisted {
  readonly type: "titled";
  readonly title: string;
  /** False for a title made up from the first message, or by a model. */
  readonly byUser: boolean;
  /** A model made it. */
  readonly byModel?: boolean;
  /** The turn it was made from; absent when the user gave it. */
  readonly from?: string;
  /** What the model took for it. */
  readonly usage?: Usage;
}

/** The conversation stands on top of the list, or does so no more. */
export interface PinnedEvent extends Persisted {
  readonly type: "pinned";
  readonly pinned: boolean;
}

/** Which model answers the messages that are started from now on. */
export interface ModelChosenEvent extends Persisted {
  readonly type: "modelChosen";
  readonly choice: ModelChoice;
}

/** The branch on which this turn stands is in view, and the next message goes to its end. */
export interface BranchChosenEvent extends Persisted {
  readonly type: "branchChosen";
  readonly turnId: string;
}

/** This message and what followed it leave view and context, and are kept as a branch; the next message stands in its place. */
export interface RewoundEvent extends Persisted {
  readonly type: "rewound";
  readonly turnId: string;
}

/**
 * A message and its answers leave view, context, search and export; what was said behind them stays. Whoever folds this drops
 * their texts: forgetting.ts says what is left. Sent after it, earlier events of these turns have no texts.
 */
export interface ForgottenEvent extends Persisted {
  readonly type: "forgotten";
  /** The message's turn and those that answer it again. */
  readonly turnIds: readonly string[];
  readonly stage: ForgetStage;
}

/**
 * undoable: for ten minutes. final: it cannot be undone any more, and the files with its texts are written anew. erased: its
 * texts stand in no file of the store.
 */
export type ForgetStage = "undoable" | "final" | "erased";

/** Forgetting these turns was undone. */
export interface RememberedEvent extends Persisted {
  readonly type: "remembered";
  readonly turnIds: readonly string[];
  /** These turns and those whose receipts quote them, for whoever dropped their texts. Absent in the log, which has their events. */
  readonly turns?: readonly Turn[];
}

/**
 * Earlier messages were summarised for the prompts to come. They themselves stay in log and view. The summary applies where all
 * of its turns stand before the message that is answered; with one of them forgotten it is gone.
 */
export interface CompactedEvent extends Persisted, Summary {
  readonly type: "compacted";
  /** What the model took for it. */
  readonly usage?: Usage;
}

export interface Summary {
  /** What it stands for: turns of one branch, oldest first. It was made of their own words, never of another summary. */
  readonly turnIds: readonly string[];
  readonly summary: string;
}

/**
 * What is unreadable of the conversation's log, first of all that is sent. Told anew when that changes; nothing of it was
 * deleted. A snapshot says it itself.
 */
export interface DamagedEvent extends Damage {
  readonly type: "damaged";
}

export interface Damage {
  /** Records that cannot be read; 0 for none. A record holds one event or a few that belong together. */
  readonly unreadable: number;
  /** Records that were written, with those. */
  readonly records: number;
}

/** The conversation was deleted; the subscription ends. */
export interface DeletedEvent {
  readonly type: "deleted";
}

/**
 * What all events up to `transcript.lastSeq` add up to, in their place: for a subscriber that asked for it. Only the newest
 * turns are in it; `transcript.earlier` more follow in {@link EarlierEvent}s. It replaces all that the subscriber had.
 */
export interface SnapshotEvent {
  readonly type: "snapshot";
  readonly transcript: Transcript;
}

/** More of a snapshot: the turns that stand directly before those that the subscriber has, in their order. */
export interface EarlierEvent {
  readonly type: "earlier";
  readonly turns: readonly Turn[];
}

/** All that a new subscriber had missed has been sent; what follows is live. */
export interface CaughtUpEvent {
  readonly type: "caughtUp";
  /** The highest `seq` in the log. */
  readonly seq: number;
}

/**
 * complete: the model said it was finished. length: it ran into its output limit. cancelled: somebody stopped it.
 * interrupted: the answer broke off (connection, server). error: no answer could be made.
 */
export type StopReason = "complete" | "length" | "cancelled" | "interrupted" | "error";

export interface SendOptions {
  /** Search the code for what belongs to the question. Default true. */
  readonly rag?: boolean;
  /** Ask the model to work step by step. Default false. */
  readonly cot?: boolean;
  /** Of a conversation's first message: nothing of the conversation is written or remembered. Default false. */
  readonly incognito?: boolean;
  /** "offline" answers this one message without a model. Default "auto". */
  readonly model?: "auto" | "offline";
  /** What the user chose when asked what the message means. */
  readonly as?: Meant;
}

/**
 * Which model answers the messages of a conversation. default: the one that is configured. offline: none. openai: another
 * one of the configured endpoint, by the name it has there. editor: one that the editor lends, by the id it has there.
 */
export type ModelChoice =
  | { readonly kind: "default" }
  | { readonly kind: "offline" }
  | { readonly kind: "openai"; readonly name: string }
  | { readonly kind: "editor"; readonly id: string };

export interface ModelName {
  readonly kind: "openai" | "offline" | "editor";
  /** As the endpoint names it; "offline" for the embedded default; a lent model's id. */
  readonly id: string;
  /** What a person calls it, where that is another name: a lent model's. */
  readonly label?: string;
  /** Why this one answered, when it is not the one the user chose. */
  readonly reason?: string;
}

/** As reported by the endpoint, in its own tokens. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** What they cost at the price known at that time, in USD; absent when none was. */
  readonly costUsd?: number;
}

export interface Step {
  /** Unique within the turn. */
  readonly id: string;
  /** The tool's name, as the model calls it. */
  readonly tool: string;
  /** What a person calls it: "Read src/a.ts:1-80". */
  readonly label: string;
  readonly state: "running" | "done" | "failed" | "stopped";
  /** UTF-16 code units of the answer that stand before it. */
  readonly offset: number;
  /** What came of it, in a few words: "80 lines", or why it failed. Absent while it runs. */
  readonly summary?: string;
  /** UTF-16 code units of the result as the model gets it. */
  readonly resultChars?: number;
  readonly durationMs?: number;
  /** What it looked at. */
  readonly location?: SourceLocation;
}

export interface Receipt {
  /** The model the context was built for. */
  readonly model: ModelName;
  /** What the prompt may take: the context window less the room kept for the answer. */
  readonly budgetTokens: number;
  /** What it takes, counted with our tokenizer and its margin; never more than `budgetTokens`. */
  readonly usedTokens: number;
  readonly included: readonly ContextItem[];
  /** The best 50 that did not fit. */
  readonly leftOut: readonly ContextItem[];
  /** How many more did not fit. */
  readonly leftOutMore: number;
  /** How many secrets were replaced in what was sent. Absent in what was kept before there was such a count. */
  readonly redacted?: number;
}

export interface ContextItem {
  readonly source:
    | "system"
    | "message"
    | "history"
    | "summary"
    | "memory"
    | "pattern"
    | "rule"
    | "code"
    | "tool"
    | AttachmentKind;
  /** What a person calls it: "src/a.ts:10-24", "4 earlier messages". */
  readonly label: string;
  readonly tokens: number;
  /** Why it is here, or why not. */
  readonly why: string;
  /** 0..1 within its source; absent where nothing was ranked. */
  readonly score?: number;
  /** What each signal gave to the score. */
  readonly signals?: Readonly<Record<string, number>>;
  /**
   * What was recalled, when `source` is "memory": its text is asked for by this id (`rubberduck/memory/get`), and `label` is "",
   * so that what is forgotten stands in no receipt.
   */
  readonly memory?: { readonly id: string; readonly kind: RecalledKind };
  readonly location?: SourceLocation;
  /** The earlier turn that it is of, whose message its label quotes. */
  readonly turnId?: string;
  /** Which of the message's attachments it is, from 0. */
  readonly attachment?: number;
  /** How many it stands for; absent: one. */
  readonly count?: number;
  /** The user named it and nothing of it was sent: `why` says what is wrong with it. */
  readonly missing?: true;
}

/** Absolute path; lines count from 1, `endLine` inclusive. */
export interface SourceLocation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}
