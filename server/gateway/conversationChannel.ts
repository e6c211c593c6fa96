import { z } from "zod";
import type { Supervisor } from "../conversation/supervisor.ts";
import type { ChatEvent } from "../protocol/events.ts";
import type { ClientType } from "../protocol/presence.ts";
import type { SendParams } from "../protocol/requests.ts";
import { paramSchemas } from "../protocol/schemas.ts";
import { TooSlow } from "../util/asyncQueue.ts";
import { DuckError } from "../util/errors.ts";
import { describeIssues } from "../util/issues.ts";
import { type Channel, ClientGone, type Join, type Joined, type Place, Refused } from "./channel.ts";
import {
  createRenderer,
  FORMATS,
  type Format,
  type GatewayClient,
  isGatewayClient,
  type Renderer,
} from "./formats/renderer.ts";
import { type SendLimit, SentTooMuch } from "./sendLimit.ts";

export interface ConversationChannelOptions {
  readonly conversations: Supervisor;
  readonly conversationId: string;
  readonly sends: SendLimit;
  readonly newId: () => string;
}

/** What the join of a conversation takes; names as Phoenix clients write them. */
const joining = z.object({
  client_type: z.string().max(40).default("websocket"),
  /** What the client can do: "stream" (answers as they grow), "ansi" (styles of a terminal). */
  capabilities: z.array(z.string().max(40)).max(50).default(["stream", "ansi"]),
  /** Highest `seq` that the client has; 0 for none. Absent: it wants the conversation as it stands. */
  last_seq: z.int().min(0).optional(),
  /** Of the answer to the join under which it got that: under another one, what it was told last may not stand in the log. */
  epoch: z.int().min(0).optional(),
  /** UTF-16 code units that it has of the answer in flight. */
  offset: z.int().min(0).optional(),
  /** What a person calls the client, and the file that it shows: others see it. */
  app: z.string().trim().min(1).max(40).optional(),
  file: z.string().trim().min(1).max(4096).optional(),
});

const sending = z.object({
  content: z.string(),
  /** A hint: what the message is, the server finds out. */
  type: z.enum(["chat", "command", "mixed"]).optional(),
  operation_id: z.string().max(64).optional(),
  attachments: z.array(z.unknown()).optional(),
  options: z.unknown().optional(),
  edits: z.string().max(64).optional(),
});

const stopping = z.object({ turn_id: z.string().max(64).optional() });

const presenting = z.object({ typing: z.boolean().optional(), file: z.string().max(4096).nullable().optional() });

/** More than this was missed: a snapshot is shorter. */
const MOST_MISSED = { events: 500, characters: 500_000 };

/** `conversation:ID`: any Phoenix client reads along and writes in it. */
export function conversationChannel(options: ConversationChannelOptions): Join {
  return async (place, params) => {
    const wish = parsed(joining, params);
    const { client_type, capabilities } = wish;
    if (!isGatewayClient(client_type)) {
      throw new Refused("unsupported_client_type", { supported: Object.keys(FORMATS) });
    }
    return new ConversationChannel(options, place, client_type, capabilities).join(wish);
  };
}

class ConversationChannel implements Channel {
  readonly #options: ConversationChannelOptions;
  readonly #place: Place;
  readonly #client: ClientType;
  readonly #format: Format;
  readonly #render: Renderer;
  readonly #left = new AbortController();
  /** Turns of this client's messages that have not ended. */
  readonly #sent = new Set<string>();
  /** As others see it. */
  readonly #participantId: string;

  constructor(
    options: ConversationChannelOptions,
    place: Place,
    client: GatewayClient,
    capabilities: readonly string[],
  ) {
    this.#options = options;
    this.#place = place;
    this.#client = client;
    const needsAnsi = FORMATS[client] === "ansi" && !capabilities.includes("ansi");
    this.#format = needsAnsi ? "text" : FORMATS[client];
    this.#render = createRenderer(this.#format, { stream: capabilities.includes("stream") });
    this.#participantId = options.newId();
  }

  async join({ last_seq, epoch, offset = 0, app, file }: z.infer<typeof joining>): Promise<Joined> {
    const now = this.#options.conversations.epoch;
    const isAnew = last_seq === undefined || (epoch !== undefined && epoch !== now);
    const begun =
      (isAnew ? undefined : await this.#begin({ lastSeq: last_seq, offset, snapshot: false })) ??
      (await this.#begin({ lastSeq: 0, offset: 0, snapshot: true }));
    if (begun === undefined) throw new Error("a snapshot has no limit");
    const { first, rest, seq } = begun;
    return {
      channel: this,
      response: {
        ...{ seq, epoch: now, format: this.#format, vsn: "2.0.0", serializer: this.#place.serializer },
        events: first.flatMap((event) => this.#render(event) ?? []),
      },
      start: () => {
        this.#appear({ ...(app !== undefined && { app }), ...(file !== undefined && { file }) });
        void this.#follow(rest);
      },
    };
  }

  async receive(event: string, payload: unknown): Promise<object> {
    try {
      switch (event) {
        case "message":
          return await this.#send(parsed(sending, payload));
        case "stop": {
          const { conversations, conversationId } = this.#options;
          return { stopped: await conversations.stop(conversationId, parsed(stopping, payload).turn_id) };
        }
        case "present":
          this.#options.conversations.presence.update({
            conversationId: this.#options.conversationId,
            id: this.#participantId,
            ...parsed(presenting, payload),
          });
          return {};
        default:
          throw new Refused("unmatched event");
      }
    } catch (error) {
      if (error instanceof SentTooMuch) {
        throw new Refused(error.code, { message: error.message, retry_after_ms: error.retryAfterMs });
      }
      if (error instanceof DuckError) throw new Refused(error.code, { message: error.message });
      throw error;
    }
  }

  leave(): void {
    this.#left.abort();
  }

  /** Others see that it is here, and it is told who they are, from now on until it has left. */
  #appear(shown: { readonly app?: string; readonly file?: string }): void {
    const { conversations, conversationId } = this.#options;
    const { presence } = conversations;
    const name = this.#place.principal.name;
    const disappear = presence.join(conversationId, { id: this.#participantId, client: this.#client, name, ...shown });
    void this.#place.push("presence_state", presence.state(conversationId)).catch(() => {});
    const stop = presence.onDidChange((change) => {
      if (change.conversationId !== conversationId) return;
      void this.#place.broadcast("presence_diff", change.diff).catch(() => {});
    });
    const end = () => {
      stop();
      disappear();
    };
    if (this.#left.signal.aborted) end();
    else this.#left.signal.addEventListener("abort", end, { once: true });
  }

  /** Subscribes and reads what was missed; undefined when that is too much. */
  async #begin(from: { lastSeq: number; offset: number; snapshot: boolean }) {
    const { conversations, conversationId } = this.#options;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#left.signal]);
    const rest = conversations.subscribe({ conversationId, ...from }, signal);
    const first: ChatEvent[] = [];
    let characters = 0;
    for (;;) {
      const next = await rest.next();
      if (next.done) throw new Refused("notFound");
      if (next.value.type === "caughtUp") {
        // What it has was never kept.
        if (next.value.seq < from.lastSeq) break;
        return { first, rest, seq: next.value.seq };
      }
      first.push(next.value);
      // The earlier turns of a snapshot follow as events.
      if (next.value.type === "snapshot") return { first, rest, seq: next.value.transcript.lastSeq };
      characters += sizeOf(next.value);
      if (first.length > MOST_MISSED.events || characters > MOST_MISSED.characters) break;
    }
    stop.abort();
    await rest.return();
    return undefined;
  }

  async #follow(events: AsyncGenerator<ChatEvent, void>): Promise<void> {
    try {
      for await (const event of events) {
        if (event.type === "done" && this.#sent.delete(event.turnId)) {
          this.#options.sends.ended(this.#place.principal, event);
        }
        const written = this.#render(event);
        if (written !== undefined) await this.#place.broadcast("event", written);
        if (event.type === "deleted") this.#place.close();
      }
      // Otherwise this process ends, and the socket with it: the client joins the next one.
    } catch (error) {
      if (error instanceof TooSlow) this.#place.tooSlow();
      else if (!(error instanceof ClientGone) && !this.#left.signal.aborted) this.#place.crash(error);
    }
  }

  /** Answers when the message is accepted; what follows is told to everybody who has joined. */
  async #send(message: z.infer<typeof sending>): Promise<object> {
    const { conversations, conversationId, newId } = this.#options;
    const params = parsed(paramSchemas["rubberduck/conversation/send"], {
      conversationId,
      operationId: message.operation_id ?? newId(),
      content: message.content,
      attachments: message.attachments,
      options: message.options,
      edits: message.edits,
      client: this.#client,
    } satisfies Record<keyof Omit<SendParams, "partialResultToken">, unknown>);
    this.#options.sends.take(this.#place.principal);
    const watching = new AbortController();
    const turn = conversations.send(params, watching.signal);
    try {
      for (;;) {
        const next = await turn.next();
        if (next.done) return { seq: next.value.seq, turn_id: next.value.turnId };
        if (next.value.type !== "accepted") continue;
        this.#sent.add(next.value.turnId);
        return { seq: next.value.seq, turn_id: next.value.turnId };
      }
    } finally {
      watching.abort();
      void turn.return(undefined as never).catch(() => {});
    }
  }
}

function sizeOf(event: ChatEvent): number {
  return "text" in event ? event.text.length : 200;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refused("invalidRequest", { message: describeIssues(result.error) });
}
