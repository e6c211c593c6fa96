import { type Channel, Socket } from "phoenix";
import { WebSocket } from "ws";
import type { ChatEvent } from "../../server/protocol/events.ts";

interface JoinReply {
  readonly seq: number;
  readonly epoch: number;
  readonly events: readonly ChatEvent[];
}

/** An official client that talks in one conversation, and keeps nothing of what it is told. */
export class SoakClient {
  readonly #socket: Socket;
  readonly #channel: Channel;
  #position: { last_seq?: number; epoch?: number } = {};
  #message: { readonly content: string; readonly operation_id: string } | undefined;
  #turnId: string | undefined;
  #ended: (() => void) | undefined;
  /** Ends of turns whose acceptance is not known yet. */
  readonly #endedTurns = new Set<string>();

  constructor({ url, token }: { readonly url: string; readonly token: string }, conversationId: string) {
    this.#socket = new Socket(url, {
      transport: WebSocket as never,
      authToken: token,
      reconnectAfterMs: () => 10,
      rejoinAfterMs: () => 10,
    });
    this.#channel = this.#socket.channel(`conversation:${conversationId}`, () => this.#position);
    this.#channel.on("event", (event: ChatEvent) => this.#take(event));
    this.#channel.join().receive("ok", ({ seq, epoch, events }: JoinReply) => {
      for (const event of events) this.#take(event);
      this.#position = { last_seq: seq, epoch };
      this.#push();
    });
    this.#socket.connect();
  }

  /** Resolves when the answer has ended, in whatever way. */
  async ask(operationId: string, content: string): Promise<void> {
    this.#message = { content, operation_id: operationId };
    this.#turnId = undefined;
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    if (this.#position.epoch !== undefined) this.#push();
    await ended;
    this.#message = undefined;
    this.#endedTurns.clear();
  }

  /** The line is cut; it connects again by itself. */
  cut(): void {
    (this.#socket as unknown as { conn: WebSocket | null }).conn?.terminate();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) =>
      this.#channel
        .leave()
        .receive("ok", () => resolve())
        .receive("timeout", () => resolve()),
    );
    this.#socket.disconnect();
  }

  #push(): void {
    if (this.#message === undefined) return;
    this.#channel.push("message", this.#message).receive("ok", ({ turn_id }: { turn_id: string }) => {
      this.#turnId = turn_id;
      if (this.#endedTurns.has(turn_id)) this.#ended?.();
    });
  }

  #take(event: ChatEvent): void {
    if ("seq" in event) this.#position = { ...this.#position, last_seq: event.seq };
    if (event.type !== "done") return;
    this.#endedTurns.add(event.turnId);
    if (event.turnId === this.#turnId) this.#ended?.();
  }
}
