import type { SerializerName } from "./serializer.ts";

/** One topic that one client has joined. */
export interface Channel {
  /** What the client has pushed; answers with what goes back to it. Throws {@link Refused}; anything else ends the channel. */
  receive(event: string, payload: unknown): Promise<object>;
  /** The client has left, or is gone. */
  leave(): void;
}

/** What a channel may do. */
export interface Place {
  readonly topic: string;
  /** Whoever came in over this socket. */
  readonly principal: Principal;
  /** In which its frames are written. */
  readonly serializer: SerializerName;
  /** To this client alone. Resolves when it is on its way; rejects with {@link ClientGone}. */
  push(event: string, payload: object): Promise<void>;
  /** As others are told, too: the same `payload` is encoded once for all of them. */
  broadcast(event: string, payload: object): Promise<void>;
  /** The channel is over: the client is told so. */
  close(): void;
  /** The client reads too slowly: its socket ends, and it resumes over another one. */
  tooSlow(): void;
  /** It has failed: the client is told, and joins again. */
  crash(error: unknown): void;
}

export interface Joined {
  readonly channel: Channel;
  /** The answer to the join. */
  readonly response: object;
  /** Called once the answer is on its way. */
  readonly start?: () => void;
}

/** Lets a client join a topic. Throws {@link Refused}. */
export type Join = (place: Place, params: unknown) => Promise<Joined>;

/** Who may use a socket. */
export interface Principal {
  /** What it is counted by: a token's id, or "owner" for the user's own processes. */
  readonly id: string;
  /** What others see. */
  readonly name: string;
  /** It came over the private socket: a process of the same user. */
  readonly isPrivate: boolean;
  /** What opened the door is not good any more from then on. */
  readonly expiresAt?: Date;
}

/** Nothing can be sent to this client any more: its socket ends, or it has left. */
export class ClientGone extends Error {
  constructor() {
    super("the client is gone");
    this.name = "ClientGone";
  }
}

/** A join or a push that is answered with status "error". */
export class Refused extends Error {
  readonly response: { readonly reason: string } & Readonly<Record<string, unknown>>;

  constructor(reason: string, more: Readonly<Record<string, unknown>> = {}) {
    super(reason);
    this.name = "Refused";
    this.response = { reason, ...more };
  }
}
