import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { Listening } from "../protocol/listening.ts";
import { isSame, type Secret } from "../store/ownerProof.ts";
import { Emitter } from "../util/emitter.ts";
import { DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { AccessTokens } from "./accessTokens.ts";
import type { Gateway } from "./gateway.ts";

export interface ListenerOptions {
  readonly gateway: Gateway;
  readonly access: Pick<AccessTokens, "reload" | "portOfPages" | "listensAt">;
  readonly logger: Log;
}

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

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  get sockets(): number {
    return this.#options.gateway.sockets;
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
    void this.#comeBack().catch((error) => this.#options.logger.error("clients cannot come back to their port", error));
  }

  /** Listens where the owner before did, for its clients; or where pages that are still open look for it. */
  async #comeBack(): Promise<void> {
    const port = this.#wanted?.port ?? (await this.#options.access.portOfPages());
    if (port === undefined) return;
    this.#listening ??= this.#listen(port, this.#wanted?.token ?? newToken());
    await this.#listening;
  }

  admit(socket: Socket, secret: Secret): void {
    this.#options.gateway.admit(socket, secret);
  }

  dismiss(): void {
    this.#listening = undefined;
    this.#options.gateway.dismiss();
  }

  close(): Promise<void> {
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
