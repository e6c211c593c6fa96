import { type Channel, Socket } from "phoenix";
import type { MessageConnection } from "vscode-jsonrpc/node";
import { Membership } from "../../server/conversation/membership.ts";
import { SharedConversations } from "../../server/conversation/shared.ts";
import { connectToGateway } from "../../server/gateway/clientConnection.ts";
import { PRIVATE_URL } from "../../server/gateway/ownerLink.ts";
import { socketTransport } from "../../server/gateway/webSocket.ts";
import type { ChatEvent } from "../../server/protocol/events.ts";
import { emptyTranscript, runningTurn, type Transcript, update } from "../../server/protocol/transcript.ts";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock, turn } from "./clock.ts";

/** A client of the conversation "c", which sends each message until it is told that it was accepted. */
export interface ChaosClient {
  readonly name: string;
  readonly transcript: Transcript;
  /** Operation ids of what was accepted, each with its `seq`. */
  readonly accepted: ReadonlyMap<string, number>;
  readonly waiting: number;
  /** What it was told that no client can do anything about. */
  readonly failures: readonly unknown[];
  send(operationId: string, content: string): void;
  /** Says again what was accepted, as a client does that never heard so. */
  repeat(operationId: string, content: string): void;
  stop(): void;
  close(): void;
}

export interface Where {
  readonly path: string;
  readonly token: string;
}

/** The official client, with an application as docs/gateway.md tells how to write it. */
export class PhoenixClient implements ChaosClient {
  readonly name: string;
  readonly accepted = new Map<string, number>();
  transcript: Transcript = emptyTranscript;
  readonly failures: unknown[] = [];
  readonly #socket: Socket;
  readonly #channel: Channel;
  readonly #unanswered = new Map<string, string>();
  #epoch: number | undefined;

  constructor(name: string, { path, token }: Where) {
    this.name = name;
    this.#socket = new Socket(PRIVATE_URL, {
      transport: socketTransport(path),
      authToken: token,
      reconnectAfterMs: () => 1,
      rejoinAfterMs: () => 1,
      timeout: 2000,
    });
    this.#channel = this.#socket.channel("conversation:c", () => this.#position());
    this.#channel.on("event", (event: ChatEvent) => this.#take(event));
    this.#channel.join().receive("ok", ({ epoch, events }: { epoch: number; events: readonly ChatEvent[] }) => {
      this.#epoch = epoch;
      for (const event of events) this.#take(event);
      for (const [operationId, content] of this.#unanswered) this.#push(operationId, content);
    });
    this.#socket.connect();
  }

  get waiting(): number {
    return this.#unanswered.size;
  }

  send(operationId: string, content: string): void {
    this.#unanswered.set(operationId, content);
    this.repeat(operationId, content);
  }

  repeat(operationId: string, content: string): void {
    if (this.#epoch !== undefined) this.#push(operationId, content);
  }

  stop(): void {
    if (this.#epoch !== undefined) this.#channel.push("stop", {});
  }

  close(): void {
    this.#channel.leave(1);
    this.#socket.disconnect();
  }

  #push(operationId: string, content: string): void {
    const message = { content, operation_id: operationId };
    const push = this.#channel.push("message", message);
    push.receive("ok", ({ seq }: { seq: number }) => {
      this.#unanswered.delete(operationId);
      this.accepted.set(operationId, seq);
    });
    push.receive("error", (refusal: unknown) => this.failures.push(refusal));
  }

  /** Without its earlier part a snapshot is of no use. */
  #position(): object {
    const { lastSeq, earlier } = this.transcript;
    if (this.#epoch === undefined || earlier > 0) return {};
    return { last_seq: lastSeq, offset: runningTurn(this.transcript)?.text.length ?? 0, epoch: this.#epoch };
  }

  #take(event: ChatEvent): void {
    this.transcript = update(this.transcript, event);
  }
}

/** A window whose server has joined the owner: what it does when it loses it is the product's own. */
export class JoinedWindow implements ChaosClient {
  readonly name: string;
  readonly accepted = new Map<string, number>();
  transcript: Transcript = emptyTranscript;
  waiting = 0;
  readonly failures: unknown[] = [];
  readonly #where: Where;
  readonly #conversations: SharedConversations;
  readonly #closed = new AbortController();
  #connection: MessageConnection | undefined;

  constructor(name: string, where: Where) {
    this.name = name;
    this.#where = where;
    const clock = new FakeClock();
    const nobody = { admit: () => {}, own: () => {}, dismiss: () => {}, close: async () => {} };
    const ownership = {
      ownOrJoin: async () => {
        const connection = await this.#connect();
        return { kind: "joined" as const, epoch: 0, connection, socketPath: where.path };
      },
      watch: () => () => {},
    };
    const createSupervisor = () => {
      throw new Error("it owns nothing");
    };
    const options = {
      ownership,
      createSupervisor,
      gateway: nobody,
      onJoined: () => {},
      version: "1.0.0",
      clock,
      logger: silentLog,
    };
    this.#conversations = new SharedConversations(new Membership(options));
    this.#follow().catch((error) => this.#failed(error));
  }

  send(operationId: string, content: string): void {
    this.waiting++;
    this.#send(operationId, content).then(
      () => {
        this.waiting--;
      },
      (error) => this.#failed(error),
    );
  }

  repeat(operationId: string, content: string): void {
    this.#send(operationId, content).catch((error) => this.#failed(error));
  }

  stop(): void {
    this.#conversations.stop("c").catch((error) => this.#failed(error));
  }

  close(): void {
    this.#closed.abort();
    this.#connection?.dispose();
  }

  #failed(error: unknown): void {
    if (!this.#closed.signal.aborted) this.failures.push(error);
  }

  async #connect(): Promise<MessageConnection> {
    const { path: socket, token } = this.#where;
    for (;;) {
      this.#closed.signal.throwIfAborted();
      try {
        this.#connection = await connectToGateway({ socket, token });
        return this.#connection;
      } catch {
        await turn();
      }
    }
  }

  async #send(operationId: string, content: string): Promise<void> {
    const message = { conversationId: "c", operationId, content };
    for await (const event of this.#conversations.send(message, this.#closed.signal)) {
      if (event.type !== "accepted") continue;
      this.accepted.set(operationId, event.seq);
      return;
    }
  }

  async #follow(): Promise<void> {
    const from = { conversationId: "c", lastSeq: 0, offset: 0, snapshot: true };
    for await (const event of this.#conversations.subscribe(from, this.#closed.signal)) {
      this.transcript = update(this.transcript, event);
    }
  }
}
