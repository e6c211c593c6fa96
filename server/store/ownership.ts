import type { MessageConnection } from "vscode-jsonrpc/node";
import type { Clock } from "../util/clock.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { type Claim, Epochs, type LastClaim } from "./epochs.ts";
import type { FileSystem } from "./fileSystem.ts";
import { approach, type Doorkeeper, knock, listen, type OwnerWire, type PrivateSocket, ping } from "./privateSocket.ts";
import { clearPlace } from "./runtimeFolder.ts";

/** What a process is to a workspace's conversations. */
export type Role =
  | ({ readonly kind: "owner" } & Owned)
  | {
      readonly kind: "joined";
      readonly epoch: number;
      readonly connection: MessageConnection;
      /** Where the owner listens. */
      readonly socketPath: string;
    }
  /** Somebody else is at it, or the owner does not answer: try again. */
  | { readonly kind: "undecided" };

export interface Owned {
  /** The number of the claim. No other process ever has it. */
  readonly epoch: number;
  /** Whether somebody has taken over since. To be asked after each sync, before what was synced is acknowledged. */
  isSuperseded(): Promise<boolean>;
  readonly server: PrivateSocket;
}

export interface OwnershipOptions {
  readonly fs: FileSystem;
  /** Absolute: the workspace's folder in the store. */
  readonly workspace: string;
  /** Of sockets: see `runtimeFolder`. */
  readonly runtime: string;
  readonly wire: OwnerWire;
  readonly clock: Clock;
}

/** An owner that fails to answer twice within this time has lost its claim. */
const TWICE_WITHIN_MS = 5000;
/** How often a joined process looks whether its owner answers. */
const PING_EVERY_MS = 1000;

/**
 * Who owns a workspace's conversations: one process, which writes them; others join it over its private socket. The highest
 * claim counts, and whoever made it listens before the claim appears. An owner that is gone is followed at once; one that
 * hangs, after two pings without a pong. It may come back to life: then its claim is not the highest any more.
 */
export class Ownership {
  readonly #options: OwnershipOptions;
  readonly #epochs: Epochs;
  #silence = { epoch: 0, times: 0, lastMs: 0 };

  constructor(options: OwnershipOptions) {
    this.#options = options;
    this.#epochs = new Epochs(options.fs, options.workspace);
  }

  /**
   * One try to join the owner, or to become it.
   * @param released the epoch of an owner that waits to be followed: it is not joined again
   * Throws DuckError storeFailed.
   */
  async ownOrJoin(doorkeeper: Doorkeeper, released?: number): Promise<Role> {
    try {
      return await this.#ownOrJoin(doorkeeper, released);
    } catch (error) {
      throw refusal(this.#options.workspace, error);
    }
  }

  /**
   * Pings the owner that was joined until `onHung` has been called: it has not answered twice, and {@link ownOrJoin} does not
   * wait for it any more. The result ends it.
   */
  watch(epoch: number, connection: MessageConnection, onHung: () => void): () => void {
    let cancel = () => {};
    let isOver = false;
    const look = async () => {
      const answers = await ping(connection, this.#options.clock);
      if (isOver) return;
      if (answers) this.#silence.times = 0;
      else if (this.#fellSilent(epoch)) return onHung();
      if (answers) cancel = this.#options.clock.after(PING_EVERY_MS, () => void look());
      else void look();
    };
    cancel = this.#options.clock.after(PING_EVERY_MS, () => void look());
    return () => {
      isOver = true;
      cancel();
    };
  }

  async #ownOrJoin(doorkeeper: Doorkeeper, released: number | undefined): Promise<Role> {
    const last = await this.#epochs.last();
    if (last.claim === undefined || last.epoch === released || this.#isHung(last.epoch)) {
      return this.#own(last, doorkeeper);
    }
    const found = await approach(last.claim, this.#options);
    switch (found.kind) {
      case "joined":
        this.#silence.times = 0;
        return { ...found, epoch: last.epoch, socketPath: last.claim.socketPath };
      case "gone":
        return this.#own(last, doorkeeper);
      case "silent":
        return this.#fellSilent(last.epoch) ? this.#own(last, doorkeeper) : { kind: "undecided" };
      default:
        return { kind: "undecided" };
    }
  }

  async #own(last: LastClaim, doorkeeper: Doorkeeper): Promise<Role> {
    const epoch = last.epoch + 1;
    const server = await listen(this.#options, doorkeeper);
    try {
      if (await this.#epochs.claim(epoch, server.claim)) {
        await this.#epochs.clear(epoch);
        if (last.claim !== undefined) await this.#succeed(last.claim);
        return { kind: "owner", epoch, server, isSuperseded: () => this.#epochs.isSuperseded(epoch) };
      }
    } catch (error) {
      await server.close();
      throw error;
    }
    await server.close();
    return { kind: "undecided" };
  }

  /** Should the one before only have been slow, it looks at its fence now. */
  async #succeed({ socketPath }: Claim): Promise<void> {
    await knock(socketPath);
    await clearPlace(this.#options.runtime, socketPath);
  }

  /** Notes a ping without a pong. Answers whether it was the second one. */
  #fellSilent(epoch: number): boolean {
    const now = this.#options.clock.monotonicMs();
    const again = this.#silence.epoch === epoch && now - this.#silence.lastMs <= TWICE_WITHIN_MS;
    this.#silence = { epoch, times: again ? this.#silence.times + 1 : 1, lastMs: now };
    return this.#isHung(epoch);
  }

  #isHung(epoch: number): boolean {
    const { times, lastMs } = this.#silence;
    const isRecent = this.#options.clock.monotonicMs() - lastMs <= TWICE_WITHIN_MS;
    return this.#silence.epoch === epoch && times >= 2 && isRecent;
  }
}

function refusal(path: string, error: unknown): DuckError {
  if (error instanceof DuckError) return error;
  return new DuckError(
    "storeFailed",
    `RubberDuck cannot use ${path}: ${causeOf(error)}. Check the rights of that folder and the space on its disk, or set rubberduck.store.path.`,
    { cause: error },
  );
}
