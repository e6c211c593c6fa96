import type { Socket } from "node:net";
import type { Secret } from "../store/ownerProof.ts";
import type { Owned, Ownership, Role } from "../store/ownership.ts";
import { Superseded } from "../store/storeErrors.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import { isOlder } from "../util/olderVersion.ts";
import { JoinedConversations } from "./joined.ts";
import type { Supervisor } from "./supervisor.ts";

/** What the one who writes has to know: see `Owned`. */
export type Fence = Pick<Owned, "epoch" | "isSuperseded">;

export interface MembershipOptions {
  readonly ownership: Pick<Ownership, "ownOrJoin" | "watch">;
  /** Makes the conversations of this process, once it owns them. They write under this epoch, and look at its fence. Hurried: it takes over. */
  readonly createSupervisor: (fence: Fence, how: { readonly isHurried: boolean }) => Supervisor;
  /** Serves whoever connects to this process's private socket. */
  readonly gateway: Door;
  /** Called when this process has joined another one. */
  readonly onJoined: (owner: JoinedConversations) => void;
  /** Of this build: it takes over from an older one. */
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Log;
}

/** The clients of the process that owns the conversations. */
export interface Door {
  /** Somebody has connected to the private socket, and has not said a word yet. */
  admit(socket: Socket, secret: Secret): void;
  /** This process owns the conversations from now on. */
  own(): void;
  /** Another process owns the conversations now: all clients go there. */
  dismiss(): void;
  /** This process ends: all clients are told so, and may find the conversations elsewhere. */
  close(): Promise<void>;
}

export type Backend =
  | { readonly kind: "own"; readonly conversations: Supervisor }
  | { readonly kind: "joined"; readonly conversations: JoinedConversations };

/** An owner that is just closing lets nobody in but is still there: it has this long to finish. */
const PATIENCE_MS = 6000;
/** Whoever only looks on is told after this time why it takes so long. */
const SOON_MS = 2500;
const PAUSE_MS = 200;
/** Whoever is there only for a command does not take over. */
const SETTLED_AFTER_MS = 5000;

/**
 * Goes from one role to the other: owner of the workspace's conversations, or joined to the process that is. It finds out
 * when somebody asks, and anew when the owner is gone or hangs, or when another process has taken over from this one.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #changed = new Emitter<void>();
  readonly #memoryChanged = new Emitter<void>();
  #backend: Promise<Backend> | undefined;
  #mine: { readonly supervisor: Supervisor; readonly owned: Owned } | undefined;
  #joined: JoinedConversations | undefined;
  #socketPath: string | undefined;
  /** Ends looking whether the owner answers. */
  #unwatch = () => {};
  #isUndecided = false;
  /** The epoch of an owner that waits for this process to take over. */
  #released: number | undefined;
  #closed = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** The conversations of this process, while it owns them. */
  get owned(): Supervisor | undefined {
    return this.#mine?.supervisor;
  }

  /** The owner, while this process has joined one. */
  get joined(): JoinedConversations | undefined {
    return this.#joined;
  }

  /** Where the owner listens, be it this process or another; undefined while that is not known. */
  get socketPath(): string | undefined {
    return this.#mine?.owned.server.claim.socketPath ?? (this.#joined && this.#socketPath);
  }

  /** The role has changed, or the list of conversations. */
  onDidChange(listener: () => void): () => void {
    return this.#changed.on(listener);
  }

  /** What is remembered has changed, or whom to ask for it. */
  onDidChangeMemory(listener: () => void): () => void {
    return this.#memoryChanged.on(listener);
  }

  /** Finds out whom to ask, if that is not known. Throws DuckError storeBusy, storeFailed. */
  current(): Promise<Backend> {
    this.#backend ??= this.#ownOrJoin();
    this.#backend.catch(() => {
      this.#backend = undefined;
    });
    return this.#backend;
  }

  /** The same, but throws storeBusy soon, while the finding out goes on. */
  async soon(): Promise<Backend> {
    const waiting = new AbortController();
    const late = this.#options.clock.sleep(SOON_MS, waiting.signal).then(() => {
      if (this.#isUndecided) throw ownedElsewhere();
      return this.current();
    });
    return Promise.race([this.current(), late]).finally(() => waiting.abort());
  }

  /** The conversations of this process, once it is decided who owns them; undefined when another process does. */
  async ownedSoon(): Promise<Supervisor | undefined> {
    const backend = await this.#backend?.catch(() => undefined);
    return backend?.kind === "own" && !this.#closed ? backend.conversations : undefined;
  }

  /** Whoever has joined is let go once everything is written. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#backend?.catch(() => {});
    await this.#mine?.supervisor.close();
    await this.#options.gateway.close();
    await this.#mine?.owned.server.close();
    this.#unwatch();
    this.#joined?.leave();
  }

  async #ownOrJoin(): Promise<Backend> {
    const { clock, ownership } = this.#options;
    const until = clock.monotonicMs() + PATIENCE_MS;
    const doorkeeper = {
      admit: (socket: Socket, secret: Secret) => this.#options.gateway.admit(socket, secret),
      left: () => void this.#look().catch(() => {}),
    };
    while (!this.#closed) {
      const role = await ownership.ownOrJoin(doorkeeper, this.#released);
      this.#isUndecided = role.kind === "undecided";
      if (role.kind === "joined") return this.#join(role);
      if (role.kind === "owner") return this.#own(role);
      if (clock.monotonicMs() > until) break;
      await clock.sleep(PAUSE_MS);
    }
    throw ownedElsewhere();
  }

  #own(owned: Owned): Backend {
    const { createSupervisor, logger } = this.#options;
    logger.info(`this process owns the conversations of the workspace (epoch ${owned.epoch})`);
    const isSuperseded = async () => {
      const isOver = await owned.isSuperseded();
      if (isOver) this.#lose(owned);
      return isOver;
    };
    const supervisor = createSupervisor(
      { epoch: owned.epoch, isSuperseded },
      { isHurried: this.#socketPath !== undefined },
    );
    this.#mine = { supervisor, owned };
    this.#options.gateway.own();
    supervisor.onDidChangeList(() => this.#changed.emit());
    supervisor.onDidChangeMemory(() => this.#memoryChanged.emit());
    return { kind: "own", conversations: supervisor };
  }

  /** Who takes over from an owner that does not answer knocks: if this process did hang, it learns it that way. */
  async #look(): Promise<void> {
    const owned = this.#mine?.owned;
    if (owned !== undefined && (await owned.isSuperseded())) this.#lose(owned);
  }

  /** From now on nothing is written here, and nothing acknowledged. Everybody goes to the new owner. */
  #lose(owned: Owned): void {
    if (this.#mine?.owned !== owned) return;
    const { supervisor } = this.#mine;
    this.#options.logger.warn("another process has taken over the conversations of the workspace");
    this.#mine = undefined;
    this.#backend = undefined;
    this.#options.gateway.dismiss();
    void owned.server.close();
    void supervisor.abandon(new Superseded());
    this.#changed.emit();
  }

  #join({ epoch, connection, socketPath }: Extract<Role, { kind: "joined" }>): Backend {
    this.#options.logger.info("another process owns the conversations of the workspace: joined it");
    const conversations = new JoinedConversations(connection);
    this.#joined = conversations;
    this.#socketPath = socketPath;
    conversations.onDidChangeList(() => this.#changed.emit());
    conversations.onDidChangeMemory(() => this.#memoryChanged.emit());
    this.#unwatch = this.#options.ownership.watch(epoch, connection, () => conversations.lose());
    conversations.onGone(() => {
      this.#unwatch();
      this.#backend = undefined;
      this.#joined = undefined;
      connection.dispose();
      this.#changed.emit();
    });
    this.#options.onJoined(conversations);
    this.#succeedOlder(epoch, conversations).catch((error) => {
      this.#options.logger.debug(`the conversations stay with their owner: ${causeOf(error)}`);
    });
    return { kind: "joined", conversations };
  }

  /** Two builds on one store: the newer one takes over once the older one has nothing under way. */
  async #succeedOlder(epoch: number, owner: JoinedConversations): Promise<void> {
    const { version, clock, logger } = this.#options;
    const theirs = await owner.version();
    if (!isOlder(theirs, version)) return;
    logger.info(`the owner is of an older version (${theirs}): this one (${version}) takes over when it is idle`);
    await clock.sleep(SETTLED_AFTER_MS);
    if (this.#closed || this.#joined !== owner) return;
    await owner.release();
    if (this.#closed || this.#joined !== owner) return;
    this.#released = epoch;
    owner.lose({ inOrder: true });
    await this.current();
  }
}

function ownedElsewhere(): DuckError {
  return new DuckError(
    "storeBusy",
    "Another window owns this workspace's conversations, but does not answer. If it stays silent, this one takes over within seconds; else close that window, then try again.",
  );
}
