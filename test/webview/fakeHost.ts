import { snapshotOf } from "../../server/conversation/snapshot.ts";
import type { CommandSuggestion } from "../../server/protocol/commands.ts";
import type { EventError } from "../../server/protocol/errors.ts";
import type {
  AcceptedEvent,
  ChatEvent,
  ContextItem,
  DoneEvent,
  ForgetStage,
  PersistedEvent,
  Receipt,
} from "../../server/protocol/events.ts";
import type { MentionSuggestion, ResolvedUris } from "../../server/protocol/mentions.ts";
import type { HostMessage, HostState, PanelAction, PanelMessage, PanelMethod } from "../../server/protocol/panel.ts";
import type {
  ConversationHit,
  ConversationSummary,
  DiscoveredEndpoint,
  ModelStatus,
  Params,
} from "../../server/protocol/requests.ts";
import { emptyTranscript, updateAll } from "../../server/protocol/transcript.ts";
import { FakeMemory } from "./fakeMemory.ts";
import { FakeReviews } from "./fakeReviews.ts";

type Call = Extract<PanelMessage, { type: "call" }>;
type Subscribe = Extract<PanelMessage, { type: "subscribe" }>;
type WithoutSeq<E> = E extends { seq: number } ? Omit<E, "seq" | "at"> : E;

export const OFFLINE: ModelStatus = {
  model: { kind: "offline", id: "offline" },
  reason: "No model is configured.",
  breaker: { state: "closed" },
};

export const CONFIGURED: ModelStatus = {
  model: { kind: "openai", id: "qwen2.5-coder:7b" },
  reason: "qwen2.5-coder:7b at 127.0.0.1:11434 is configured.",
  configured: {
    baseUrl: "http://127.0.0.1:11434/v1",
    host: "127.0.0.1:11434",
    name: "qwen2.5-coder:7b",
    hasKey: false,
  },
  breaker: { state: "closed" },
};

/** A host and server small enough to be played by a test: it keeps the log, the test decides what happens. */
export class FakeHost {
  state: HostState = { server: "ready", trusted: true, hasFolder: true, model: CONFIGURED };
  conversations: ConversationSummary[] = [];
  endpoints: DiscoveredEndpoint[] = [];
  /** What may be meant by an @; of these the ones whose label begins with what was typed. */
  suggestions: MentionSuggestion[] = [];
  /** What may be meant by a slash, by what stands in the box. Absent: the server takes its time. */
  offered: ((input: string) => CommandSuggestion[]) | undefined;
  /** What dropped addresses are. */
  resolved: ResolvedUris = { attachments: [], refusals: [] };
  /** What would be sent. */
  preview: Receipt = { ...receiptOf([]), model: { kind: "offline", id: "offline" } };
  /** What a search finds: those whose title holds the query. */
  hits: ConversationHit[] = [];
  readonly memory = new FakeMemory();
  readonly reviews = new FakeReviews();
  /** How many turns a conversation has before the first that the panel sends. */
  turnsBefore = 0;
  /** A message that is sent is accepted when {@link acceptLate} is called. */
  acceptsLate = false;
  #late: () => Promise<void> = async () => {};
  /** Methods that fail, and how. */
  readonly failures = new Map<PanelMethod, EventError>();
  /** Everything the panel has sent. */
  readonly received: PanelMessage[] = [];
  readonly #logs = new Map<string, ChatEvent[]>();
  readonly #sends = new Map<string, number>();
  readonly #post: (messages: readonly HostMessage[]) => Promise<void>;
  #subscription: Subscribe | undefined;
  #turns = 0;

  constructor(post: (messages: readonly HostMessage[]) => Promise<void>) {
    this.#post = post;
  }

  /** A page that loads again knows nothing of its old subscription. */
  receive(message: PanelMessage): void {
    this.received.push(message);
    switch (message.type) {
      case "ready":
        this.#subscription = undefined;
        void this.post({ type: "state", state: this.state });
        break;
      case "subscribe":
        this.#subscription = message;
        void this.#replay(message);
        break;
      case "call":
        void this.#answer(message);
        break;
      case "do":
        break;
    }
  }

  calls<M extends PanelMethod>(method: M): Params<M>[] {
    return this.received.flatMap((message) =>
      message.type === "call" && message.method === method ? [message.params as Params<M>] : [],
    );
  }

  /** What the user asked of the editor. */
  get actions(): PanelAction[] {
    const asked = this.received.flatMap((message) => (message.type === "do" ? [message.action] : []));
    return asked.filter(({ kind }) => kind !== "showing");
  }

  get subscriptions(): Subscribe[] {
    return this.received.filter((message) => message.type === "subscribe");
  }

  post(...messages: HostMessage[]): Promise<void> {
    return this.#post(messages);
  }

  setState(changes: Partial<HostState>): Promise<void> {
    this.state = { ...this.state, ...changes };
    return this.post({ type: "state", state: this.state });
  }

  async endSubscription(error?: EventError): Promise<void> {
    const subscription = this.#subscription?.subscription ?? 0;
    this.#subscription = undefined;
    await this.post({ type: "subscriptionEnded", subscription, ...(error && { error }) });
  }

  acceptLate(): Promise<void> {
    return this.#late();
  }

  /** Starts a conversation's log without the panel having asked. */
  has(conversationId: string): void {
    this.#logs.set(conversationId, []);
  }

  /** Writes an event into a conversation's log and sends it to whoever follows. */
  async emit(conversationId: string, ...events: WithoutSeq<ChatEvent>[]): Promise<void> {
    const log = this.#logs.get(conversationId) ?? [];
    this.#logs.set(conversationId, log);
    const written = events.map((event) => {
      const whole = UNWRITTEN.has(event.type)
        ? event
        : { ...event, seq: ++this.#turns, at: "2026-03-12T14:02:00.000Z" };
      log.push(whole as ChatEvent);
      return whole as ChatEvent;
    });
    if (this.#subscription?.conversationId !== conversationId) return;
    const { subscription } = this.#subscription;
    await this.post(...written.map((event) => ({ type: "event", subscription, event }) as const));
  }

  async accept(
    conversationId: string,
    turnId: string,
    content: string,
    fields: Partial<AcceptedEvent> = {},
  ): Promise<void> {
    await this.emit(conversationId, {
      type: "accepted",
      turnId,
      operationId: turnId,
      content,
      attachments: [],
      options: {},
      client: "panel",
      ...fields,
    });
  }

  start(conversationId: string, turnId: string): Promise<void> {
    return this.emit(conversationId, { type: "started", turnId, kind: "chat" });
  }

  /** A whole turn, as it stands in a log. */
  async turn(conversationId: string, turnId: string, content: string, done: Partial<DoneEvent> = {}): Promise<void> {
    await this.accept(conversationId, turnId, content);
    await this.start(conversationId, turnId);
    await this.finish(conversationId, turnId, done);
  }

  async finish(conversationId: string, turnId: string, done: Partial<DoneEvent> = {}): Promise<void> {
    const model = { kind: "openai", id: "qwen2.5-coder:7b" } as const;
    await this.emit(conversationId, { type: "done", turnId, text: "", stopReason: "complete", model, ...done });
    const call = this.#sends.get(turnId);
    if (call !== undefined) await this.post({ type: "result", id: call, result: { turnId, seq: 1 } });
  }

  /** A conversation of whole turns, which whoever opens it gets as a snapshot and in pieces. */
  long(conversationId: string, turns: readonly { content: string; text: string }[]): void {
    const at = "2026-03-12T14:02:00.000Z";
    const accepted = { type: "accepted", at, attachments: [], options: {}, client: "panel" } as const;
    const events = turns.flatMap(({ content, text }, index): PersistedEvent[] => {
      const turnId = `long-${index + 1}`;
      return [
        { ...accepted, seq: 2 * index + 1, turnId, operationId: turnId, content },
        { type: "done", seq: 2 * index + 2, at, turnId, text, stopReason: "complete" },
      ];
    });
    this.#turns = events.length;
    this.#logs.set(conversationId, snapshotOf(updateAll(emptyTranscript, events)));
  }

  async #replay(from: Subscribe): Promise<void> {
    const missed = (this.#logs.get(from.conversationId) ?? []).filter(
      (event) => !("seq" in event) || event.seq > from.lastSeq,
    );
    const events = [...missed, { type: "caughtUp", seq: this.#turns } as const];
    await this.post(...events.map((event) => ({ type: "event", subscription: from.subscription, event }) as const));
  }

  async #answer(call: Call): Promise<void> {
    const failure = this.failures.get(call.method);
    if (failure !== undefined) return this.post({ type: "failure", id: call.id, error: failure });
    switch (call.method) {
      case "rubberduck/conversation/create":
        this.has("c1");
        return this.post({ type: "result", id: call.id, result: { conversationId: "c1" } });
      case "rubberduck/conversation/send":
        if (this.acceptsLate) this.#late = () => this.#accept(call.id, call.params);
        else return this.#accept(call.id, call.params);
        return;
      case "rubberduck/mention/complete": {
        const { query, kind } = call.params;
        const suggestions = this.suggestions.filter(
          ({ label, attachment }) => label.startsWith(query) && (kind === undefined || attachment.kind === kind),
        );
        return this.post({ type: "result", id: call.id, result: { suggestions } });
      }
      case "rubberduck/command/suggest": {
        const suggestions = this.offered?.(call.params.input);
        const answer = suggestions && { suggestions, partialInput: "", contextRelevant: false };
        return answer && this.post({ type: "result", id: call.id, result: answer });
      }
      case "rubberduck/mention/resolve":
        return this.post({ type: "result", id: call.id, result: this.resolved });
      case "rubberduck/mention/fetch": {
        const attachment = { kind: "url" as const, url: call.params.url, text: "A page." };
        return this.post({ type: "result", id: call.id, result: { attachment } });
      }
      case "rubberduck/context/preview":
        return this.post({ type: "result", id: call.id, result: { receipt: this.preview } });
      case "rubberduck/conversation/list":
        return this.post({ type: "result", id: call.id, result: { conversations: this.conversations } });
      case "rubberduck/model/discover":
        return this.post({ type: "result", id: call.id, result: { endpoints: this.endpoints } });
      case "rubberduck/conversation/search":
        return this.post({
          type: "result",
          id: call.id,
          result: { hits: this.hits.filter((hit) => hit.title.includes(call.params.query)), conversations: 3 },
        });
      case "rubberduck/model/list":
        return this.post({ type: "result", id: call.id, result: { models: ["duck-1", "duck-2"] } });
      case "rubberduck/conversation/chooseModel":
        await this.emit(call.params.conversationId, { type: "modelChosen", choice: call.params.choice });
        return this.post({ type: "result", id: call.id, result: {} });
      case "rubberduck/conversation/revise": {
        const { conversationId, turnId, content } = call.params;
        await this.emit(conversationId, { type: "revised", turnId, content });
        return this.post({ type: "result", id: call.id, result: {} });
      }
      case "rubberduck/conversation/promote":
        await this.emit(call.params.conversationId, { type: "promoted", turnId: call.params.turnId });
        return this.post({ type: "result", id: call.id, result: {} });
      case "rubberduck/conversation/showBranch":
        await this.emit(call.params.conversationId, { type: "branchChosen", turnId: call.params.turnId });
        return this.post({ type: "result", id: call.id, result: {} });
      case "rubberduck/conversation/forget": {
        const { conversationId, turnId, when } = call.params;
        const stages = when === "now" ? (["final", "erased"] as const) : (["undoable"] as const);
        await this.emit(conversationId, ...stages.map((stage) => forgotten(turnId, stage)));
        return this.post({ type: "result", id: call.id, result: {} });
      }
      case "rubberduck/conversation/unforget": {
        const { conversationId, turnId } = call.params;
        const events = (this.#logs.get(conversationId) ?? []).filter(({ type }) => type !== "forgotten");
        const turns = updateAll(emptyTranscript, events).turns.filter(({ accepted }) => accepted.turnId === turnId);
        await this.emit(conversationId, { type: "remembered", turnIds: [turnId], turns });
        return this.post({ type: "result", id: call.id, result: {} });
      }
      case "rubberduck/edit/decide":
      case "rubberduck/edit/revert":
      case "rubberduck/edit/rewind": {
        const known = updateAll(emptyTranscript, this.#logs.get(call.params.conversationId) ?? []);
        const { events, result } = this.reviews.answer(call, known);
        for (const event of events) await this.emit(call.params.conversationId, event);
        return this.post({ type: "result", id: call.id, result });
      }
      case "rubberduck/conversation/delete":
        this.conversations = this.conversations.filter((one) => one.conversationId !== call.params.conversationId);
        return this.post({ type: "result", id: call.id, result: {} }, { type: "listChanged" });
      default: {
        const remembered = this.memory.answer(call);
        return this.post({ type: "result", id: call.id, result: remembered ?? {} });
      }
    }
  }

  /** The first message of a test becomes turn "t1", and so on; it is answered when its turn is finished. */
  async #accept(call: number, params: Params<"rubberduck/conversation/send">): Promise<void> {
    const turnId = `t${this.#sends.size + this.turnsBefore + 1}`;
    this.#sends.set(turnId, call);
    const { operationId, attachments = [], edits } = params;
    const fields = { operationId, attachments, ...(edits !== undefined && { edits }) };
    await this.accept(params.conversationId, turnId, params.content, fields);
  }
}

function forgotten(turnId: string, stage: ForgetStage) {
  return { type: "forgotten", turnIds: [turnId], stage } as const;
}

export function receiptOf(included: readonly ContextItem[], leftOut: readonly ContextItem[] = []): Receipt {
  return {
    model: { kind: "openai", id: "qwen2.5-coder:7b" },
    budgetTokens: 8000,
    usedTokens: 1842,
    included,
    leftOut,
    leftOutMore: 0,
  };
}

const UNWRITTEN = new Set<ChatEvent["type"]>([
  "text",
  "reasoning",
  "progress",
  "deleted",
  "damaged",
  "presence",
  "caughtUp",
]);
