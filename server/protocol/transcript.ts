import { branchTurns, choose, hasBranches, isRewoundAt, lastPlace, placeOfEdit, rewind } from "./branches.ts";
import type { IntentChoice } from "./commands.ts";
import type { Review } from "./edits.ts";
import type { EventError } from "./errors.ts";
import type {
  AcceptedEvent,
  ChatEvent,
  CheckpointEvent,
  CompactedEvent,
  ContextItem,
  Damage,
  ForgetStage,
  ForgottenEvent,
  ModelChoice,
  ModelName,
  PersistedEvent,
  Reasoning,
  Receipt,
  RememberedEvent,
  Step,
  StepEvent,
  StopReason,
  Summary,
  TurnKind,
  Usage,
} from "./events.ts";
import { bareTurn, withoutQuotes } from "./forgetting.ts";
import { promoted } from "./queue.ts";
import { applied, decided } from "./review.ts";
import type { WorkflowStep } from "./workflow.ts";

/**
 * What a conversation's events add up to. Server, panel and terminal fold the same events with the same function, so
 * they cannot disagree. Pure: every change makes new objects for what changed and keeps the others.
 */
export interface Transcript {
  readonly title: string;
  readonly titledByUser: boolean;
  readonly titledByModel: boolean;
  /** The turn that the title was made from; absent when the user gave it. */
  readonly titledFrom?: string;
  /** What titles took that a model made. */
  readonly titleUsage: readonly Usage[];
  readonly pinned: boolean;
  readonly modelChoice: ModelChoice;
  /** Every message and its answer in the order in which they are answered, of all branches. */
  readonly turns: readonly Turn[];
  /** What stands for earlier messages in a prompt, the newest last; several where there are branches. */
  readonly summaries: readonly Summary[];
  /** How many turns stand before those of `turns` and are still on their way; 0 but while a snapshot arrives. */
  readonly earlier: number;
  /** Turns with a lower `seq` were cleared away by the user. */
  readonly clearedBefore: number;
  /** Where a message was edited: by the turn before that place ("" at the beginning), the turn whose branch is in view. */
  readonly chosen: Readonly<Record<string, string>>;
  /** The last turn of the branch in view, taken back or not; absent before the first message. */
  readonly tip?: string;
  /** Highest `seq` seen. */
  readonly lastSeq: number;
  /** When it was last talked in, ISO 8601; "" before the first message. */
  readonly updatedAt: string;
  /** True once all that was missed has arrived. */
  readonly caughtUp: boolean;
  readonly deleted: boolean;
  /** Absent while all of it is readable. Not kept: whoever reads the log finds it. */
  readonly damage?: Damage;
}

/** One message of the user and the answer to it. */
export interface Turn {
  readonly accepted: AcceptedEvent;
  /** The turn behind which it stands; absent at the beginning, and for a turn that stands in another's place. */
  readonly after?: string;
  readonly state: "queued" | "running" | "done" | "withdrawn";
  readonly kind?: TurnKind;
  readonly command?: string;
  readonly progress?: string;
  readonly receipt?: Receipt;
  /** The tools that the model used, in the order in which it did. */
  readonly steps?: readonly Step[];
  /** The steps of work that takes several, in their order. */
  readonly workflow?: readonly WorkflowStep[];
  /** Changes that the answer proposes, and what became of them. */
  readonly reviews?: readonly Review[];
  /** What the message may have meant: nothing was run. */
  readonly choices?: readonly IntentChoice[];
  readonly text: string;
  readonly reasoning?: Reasoning;
  readonly doneAt?: string;
  /** Of the event that ended it. */
  readonly doneSeq?: number;
  readonly stopReason?: StopReason;
  readonly error?: EventError;
  readonly model?: ModelName;
  readonly usage?: Usage;
  /** A later turn answers this message again. */
  readonly replacedBy?: string;
  /** It was forgotten: its texts are gone, its place and what its answer took are left. */
  readonly forgotten?: ForgetStage;
}

export const emptyTranscript: Transcript = {
  title: "",
  titledByUser: false,
  titledByModel: false,
  titleUsage: [],
  pinned: false,
  modelChoice: { kind: "default" },
  turns: [],
  summaries: [],
  earlier: 0,
  clearedBefore: 0,
  chosen: {},
  lastSeq: 0,
  updatedAt: "",
  caughtUp: false,
  deleted: false,
};

export function update(transcript: Transcript, event: ChatEvent | PersistedEvent): Transcript {
  return updateAll(transcript, [event]);
}

/** The same as {@link update} with one event after another, in time that grows with their number and no faster. */
export function updateAll(transcript: Transcript, events: Iterable<ChatEvent | PersistedEvent>): Transcript {
  const draft = new Draft(transcript);
  for (const event of events) {
    if (!("seq" in event) || event.type === "caughtUp") applyEvent(draft, event);
    else if (event.seq > draft.transcript.lastSeq) {
      applyEvent(draft, event);
      draft.set({ lastSeq: event.seq, ...(!NOT_TALK.has(event.type) && { updatedAt: event.at }) });
    }
  }
  return draft.transcript;
}

/**
 * The turns whose words a person sees: of the branch in view, not taken back, cleared away or forgotten; a new answer stands
 * in the place of the one it replaces.
 */
export function visibleTurns(transcript: Transcript): Turn[] {
  return placesInView(transcript).filter(({ forgotten }) => forgotten === undefined);
}

/** The same with the turns that were forgotten: their place is seen. */
export function placesInView(transcript: Transcript): Turn[] {
  return branchTurns(transcript).filter((turn) => turn.accepted.seq > transcript.clearedBefore);
}

/** The turn whose answer is under way. */
export function runningTurn(transcript: Transcript): Turn | undefined {
  return transcript.turns.findLast((turn) => turn.state === "running");
}

/** A transcript while events are applied to it: its list of turns is copied once, however many there are. */
class Draft {
  #transcript: Transcript;
  #turns: Turn[] | undefined;
  /** Where each turn stands; made when a turn is asked for that is not the last one. */
  #indexes: Map<string, number> | undefined;

  constructor(transcript: Transcript) {
    this.#transcript = transcript;
  }

  get transcript(): Transcript {
    return this.#transcript;
  }

  set(changes: Partial<Omit<Transcript, "turns">>): void {
    this.#transcript = { ...this.#transcript, ...changes };
  }

  replace(transcript: Transcript): void {
    this.#transcript = transcript;
    this.#turns = undefined;
    this.#indexes = undefined;
  }

  prepend(turns: readonly Turn[]): void {
    const earlier = Math.max(0, this.#transcript.earlier - turns.length);
    this.replace({ ...this.#transcript, turns: [...turns, ...this.#transcript.turns], earlier });
  }

  add(turn: Turn): void {
    this.#indexes?.set(turn.accepted.turnId, this.#own().length);
    this.#own().push(turn);
  }

  /** Does nothing when there is no such turn. */
  change(turnId: string, changes: (turn: Turn) => Partial<Turn>): void {
    const index = this.#indexOf(turnId);
    const turn = this.#transcript.turns[index];
    if (turn !== undefined) this.#own()[index] = { ...turn, ...changes(turn) };
  }

  /** Puts another turn in its place. Does nothing when there is no such turn. */
  put(turnId: string, make: (turn: Turn) => Turn): void {
    const index = this.#indexOf(turnId);
    const turn = this.#transcript.turns[index];
    if (turn !== undefined) this.#own()[index] = make(turn);
  }

  #own(): Turn[] {
    if (this.#turns === undefined) {
      this.#turns = [...this.#transcript.turns];
      this.#transcript = { ...this.#transcript, turns: this.#turns };
    }
    return this.#turns;
  }

  #indexOf(turnId: string): number {
    const { turns } = this.#transcript;
    if (turns.at(-1)?.accepted.turnId === turnId) return turns.length - 1;
    this.#indexes ??= new Map(turns.map(({ accepted }, index) => [accepted.turnId, index]));
    return this.#indexes.get(turnId) ?? -1;
  }
}

/** What changes how a conversation is kept, not what was said in it. */
const NOT_TALK = new Set<PersistedEvent["type"]>([
  "promoted",
  "titled",
  "pinned",
  "modelChosen",
  "branchChosen",
  "rewound",
  "forgotten",
  "remembered",
  "compacted",
]);

function applyEvent(draft: Draft, event: ChatEvent | PersistedEvent): void {
  switch (event.type) {
    case "accepted":
      accept(draft, event);
      break;
    case "started":
      draft.change(event.turnId, () => ({
        state: "running",
        kind: event.kind,
        ...(event.command !== undefined && { command: event.command }),
      }));
      break;
    case "context":
      draft.change(event.turnId, () => ({ receipt: event.receipt }));
      break;
    case "step":
      draft.change(event.turnId, (turn) => takeStep(turn, event));
      break;
    case "workflow":
      draft.change(event.turnId, ({ workflow = [] }) => ({ workflow: withSteps(workflow, event.steps) }));
      break;
    case "proposed":
      draft.change(event.turnId, ({ reviews = [] }) => ({
        reviews: [...reviews, { ...event.proposal, decisions: {}, state: "open" }],
      }));
      break;
    case "decided":
      draft.change(event.turnId, (turn) => changeReview(turn, event.proposalId, (review) => decided(review, event)));
      break;
    case "applied":
      draft.change(event.turnId, (turn) => changeReview(turn, event.proposalId, (review) => applied(review, event)));
      break;
    case "text":
      draft.change(event.turnId, (turn) => ({
        text: turn.text.slice(0, event.offset) + event.text,
        progress: undefined,
      }));
      break;
    case "reasoning":
      draft.change(event.turnId, ({ reasoning }) => ({
        reasoning: { text: (reasoning?.text ?? "").slice(0, event.offset) + event.text, ms: event.ms },
      }));
      break;
    case "checkpoint": // written later than it was said: more may have been said since
      draft.change(event.turnId, (turn) => ({ ...longer(turn, event), ...longerReasoning(turn, event) }));
      break;
    case "progress":
      draft.change(event.turnId, () => ({ progress: event.message }));
      break;
    case "done":
      draft.change(event.turnId, ({ steps, workflow }) => ({
        state: "done",
        ...(steps && { steps: steps.map(ended) }),
        ...(workflow && event.stopReason !== "complete" && { workflow: workflow.map(stoppedStep) }),
        ...(event.choices && { choices: event.choices }),
        text: event.text,
        progress: undefined,
        doneAt: event.at,
        doneSeq: event.seq,
        stopReason: event.stopReason,
        error: event.error,
        model: event.model,
        usage: event.usage,
        ...(event.reasoning && { reasoning: event.reasoning }),
      }));
      break;
    case "revised":
      draft.change(event.turnId, ({ state, accepted }) =>
        state === "queued" ? { accepted: { ...accepted, content: event.content } } : {},
      );
      break;
    case "promoted":
      draft.replace(promoted(draft.transcript, event.turnId));
      break;
    case "withdrawn":
      withdraw(draft, event.turnId);
      break;
    case "cleared":
      draft.set({ clearedBefore: event.seq });
      break;
    case "titled":
      draft.set({
        title: event.title,
        titledByUser: event.byUser,
        titledByModel: event.byModel ?? false,
        titledFrom: event.from,
        ...(event.usage && { titleUsage: [...draft.transcript.titleUsage, event.usage] }),
      });
      break;
    case "pinned":
      draft.set({ pinned: event.pinned });
      break;
    case "modelChosen":
      draft.set({ modelChoice: event.choice });
      break;
    case "branchChosen":
      draft.set({ chosen: choose(draft.transcript, event.turnId) });
      draft.set({ tip: lastPlace(draft.transcript) });
      break;
    case "rewound":
      draft.set({ chosen: rewind(draft.transcript, event.turnId) });
      draft.set({ tip: lastPlace(draft.transcript) });
      break;
    case "forgotten":
      forget(draft, event);
      break;
    case "remembered":
      remember(draft, event);
      break;
    case "compacted":
      draft.set({ summaries: withSummary(draft.transcript, event) });
      break;
    case "deleted":
      draft.set({ deleted: true });
      break;
    case "damaged": {
      const { unreadable, records } = event;
      draft.set({ damage: unreadable > 0 ? { unreadable, records } : undefined });
      break;
    }
    case "snapshot":
      draft.replace(event.transcript);
      break;
    case "earlier":
      draft.prepend(event.turns);
      break;
    case "caughtUp":
      draft.set({ caughtUp: true });
      break;
  }
}

function accept(draft: Draft, event: AcceptedEvent): void {
  const { turnId, replaces, edits } = event;
  if (replaces !== undefined) draft.change(replaces, () => ({ replacedBy: turnId }));
  const after = edits === undefined ? draft.transcript.tip : placeOfEdit(draft.transcript, edits);
  const stands = replaces === undefined && after !== undefined && { after };
  draft.add({ accepted: event, ...stands, state: "queued", text: event.continues ?? "" });
  const isForked = replaces === undefined && isRewoundAt(draft.transcript, after);
  if (edits !== undefined || isForked) draft.set({ chosen: choose(draft.transcript, turnId) });
  if (replaces === undefined) draft.set({ tip: turnId });
}

function longer(turn: { readonly text: string }, piece: { offset: number; text: string }): { text?: string } {
  const text = turn.text.slice(0, piece.offset) + piece.text;
  return text.length > turn.text.length ? { text } : {};
}

function longerReasoning({ reasoning = NO_REASONING }: Turn, { reasoning: piece }: CheckpointEvent): Partial<Turn> {
  const { text } = piece ? longer(reasoning, piece) : {};
  return piece && text !== undefined ? { reasoning: { text, ms: piece.ms } } : {};
}

const NO_REASONING: Reasoning = { text: "", ms: 0 };

function takeStep({ steps = [], receipt }: Turn, { step, item }: StepEvent): Partial<Turn> {
  const index = steps.findIndex(({ id }) => id === step.id);
  return {
    progress: undefined,
    steps: index < 0 ? [...steps, step] : steps.with(index, step),
    ...(receipt && item && { receipt: withItem(receipt, item) }),
  };
}

function withItem(receipt: Receipt, item: ContextItem): Receipt {
  const usedTokens = receipt.usedTokens + item.tokens;
  return { ...receipt, usedTokens, included: [...receipt.included, item] };
}

function withSteps(known: readonly WorkflowStep[], changed: readonly WorkflowStep[]): readonly WorkflowStep[] {
  const news = new Map(changed.map((step) => [step.id, step]));
  const old = known.map((step) => news.get(step.id) ?? step);
  const ids = new Set(known.map(({ id }) => id));
  return [...old, ...changed.filter(({ id }) => !ids.has(id))];
}

function changeReview({ reviews = [] }: Turn, proposalId: string, change: (review: Review) => Review): Partial<Turn> {
  return { reviews: reviews.map((review) => (review.id === proposalId ? change(review) : review)) };
}

function stoppedStep(step: WorkflowStep): WorkflowStep {
  return step.state === "running" || step.state === "waiting" ? { ...step, state: "stopped" } : step;
}

function ended(step: Step): Step {
  return step.state === "running" ? { ...step, state: "stopped" } : step;
}

function forget(draft: Draft, { turnIds, stage }: ForgottenEvent): void {
  const forgotten = new Set(turnIds);
  for (const turnId of turnIds) draft.put(turnId, (turn) => bareTurn(turn, stage));
  for (const { accepted, receipt } of draft.transcript.turns) {
    const bare = receipt && withoutQuotes(receipt, forgotten);
    if (bare !== receipt) draft.change(accepted.turnId, () => ({ receipt: bare }));
  }
  const { titledFrom, summaries } = draft.transcript;
  draft.set({ summaries: summaries.filter((one) => !one.turnIds.some((id) => forgotten.has(id))) });
  if (titledFrom !== undefined && turnIds.includes(titledFrom)) {
    draft.set({ title: "", titledByModel: false, titledFrom: undefined });
  }
}

/** One that another stands for as well is needed no more. */
function withSummary({ summaries, turns }: Transcript, { turnIds, summary }: CompactedEvent): readonly Summary[] {
  const covered = new Set(turnIds);
  const isForgotten = turns.some(({ accepted, forgotten }) => forgotten !== undefined && covered.has(accepted.turnId));
  const others = summaries.filter((one) => !one.turnIds.every((id) => covered.has(id)));
  return isForgotten ? others : [...others, { turnIds, summary }];
}

function remember(draft: Draft, { turnIds, turns = [] }: RememberedEvent): void {
  for (const turnId of turnIds) draft.put(turnId, ({ forgotten: _, ...turn }) => turn);
  for (const turn of turns) {
    // Of one that only quotes them more may have been said.
    draft.put(turn.accepted.turnId, (known) =>
      turnIds.includes(turn.accepted.turnId) ? turn : { ...known, receipt: turn.receipt },
    );
  }
}

/** A retry that was taken back gives the turn it replaced back to view. */
function withdraw(draft: Draft, turnId: string): void {
  draft.change(turnId, ({ accepted: { replaces } }) => {
    if (replaces !== undefined) {
      draft.change(replaces, ({ replacedBy }) => (replacedBy === turnId ? { replacedBy: undefined } : {}));
    }
    return { state: "withdrawn" };
  });
  if (hasBranches(draft.transcript)) draft.set({ tip: lastPlace(draft.transcript) });
}
