import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { Snapshot } from "../protocol/introspection.ts";
import type { Listening } from "../protocol/listening.ts";
import { isSame, type Secret } from "../store/ownerProof.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { AccessTokens } from "./accessTokens.ts";
import type { Gateway } from "./gateway.ts";

export interface ListenerOptions {
  readonly gateway: Gateway;
  readonly access: Pick<AccessTokens, "reload" | "portOfPages" | "listensAt">;
  readonly clock: Clock;
  readonly logger: Log;
}

/** The one before may hang with the port still its own, and lets go of it when it wakes. */
const AGAIN_MS = 1000;

/**
 * Whether the conversations are listened for at a port, and with which token. All processes that share them know it, so that who
 * takes over listens at the same place and clients find it again.
 */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #changed = new Emitter<Listening>();
  /** What is asked for, by whoever owns the conversations. */
  #wanted: Listening | undefined;
  #listening: Promise<Listening> | undefined;
  #isOwner = false;
  #cancelAgain = () => {};

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** What of it is shown: docs/telemetry.md. */
  get load(): Omit<Snapshot["gateway"], "refusals"> {
    const { sockets, topics, queuedBytes, port } = this.#options.gateway;
    return { clients: sockets, topics, queuedBytes, ...(port !== undefined && { port }) };
  }

  /** Listens here, if that is not done already. Throws DuckError portTaken. */
  async listen(port: number): Promise<Listening> {
    this.#listening ??= this.#listen(port, newToken());
    const listening = await this.#listening;
    if (port === 0 || port === listening.port) return listening;
    throw new DuckError(
      "portTaken",
      `These conversations are listened for on port ${listening.port} already. Use that one, or end what asked for it.`,
    );
  }

  /** Where the owner listens: should this process become the owner, so will it. */
  standBy(listening: Listening): void {
    this.#wanted = listening;
  }

  /** Calls back with where this process listens, at once when it does; the result ends that. */
  onListening(listener: (listening: Listening) => void): () => void {
    void this.#listening?.then(listener, () => {});
    return this.#changed.on(listener);
  }

  /** Whether it is the token of these conversations. */
  isGood(token: string): boolean {
    return this.#wanted !== undefined && isSame(token, this.#wanted.token);
  }

  /** This process owns the conversations from now on. */
  own(): void {
    this.#options.access.reload();
    this.#isOwner = true;
    void this.#comeBack("error");
  }

  /**
   * Listens where the owner before did, for its clients; or where pages that are still open look for it.
   * @param level at which it is said that the port is not free.
   */
  async #comeBack(level: "error" | "debug"): Promise<void> {
    const { access, clock, logger } = this.#options;
    const port = this.#wanted?.port ?? (await access.portOfPages().catch(() => undefined));
    if (port === undefined || !this.#isOwner) return;
    try {
      this.#listening ??= this.#listen(port, this.#wanted?.token ?? newToken());
      await this.#listening;
    } catch (error) {
      logger[level](`clients cannot come back to port ${port} yet: ${causeOf(error)}`);
      if (this.#isOwner) this.#cancelAgain = clock.after(AGAIN_MS, () => void this.#comeBack("debug"));
    }
  }

  admit(socket: Socket, secret: Secret): void {
    this.#options.gateway.admit(socket, secret);
  }

  dismiss(): void {
    this.#isOwner = false;
    this.#cancelAgain();
    this.#listening = undefined;
    this.#options.gateway.dismiss();
  }

  close(): Promise<void> {
    this.#isOwner = false;
    this.#cancelAgain();
    return this.#options.gateway.close();
  }

  async #listen(port: number, token: string): Promise<Listening> {
    try {
      const listening = { port: await this.#options.gateway.listen(port), token };
      this.#wanted = listening;
      this.#changed.emit(listening);
      return listening;
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}
