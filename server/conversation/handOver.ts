import type { HeldLogs } from "../store/heldLogs.ts";
import type { Clock } from "../util/clock.ts";
import { causeOf } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { Conversations } from "./conversations.ts";
import type { Supervisor } from "./supervisor.ts";

export interface HandOverOptions {
  readonly heldLogs: HeldLogs;
  /** Over those logs. */
  readonly held: Supervisor;
  /** Who keeps the conversations from now on. */
  readonly keeper: () => Promise<Conversations>;
  /** A conversation has gone over. */
  readonly onMoved: () => void;
  readonly clock: Clock;
  readonly logger: Log;
}

/** A conversation that could not be written into the store is tried again after this. */
const TRY_AGAIN_MS = 5000;

/** Brings conversations that were held in memory into the store, each as soon as no answer is under way in it. */
export class HandOver {
  readonly #options: HandOverOptions;
  readonly #moving = new Map<string, Promise<void>>();
  #closed = false;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  start(): void {
    for (const conversationId of this.#options.heldLogs.inMemory) void this.#moveWhenIdle(conversationId);
  }

  /** Resolves when none is just going over, or this one is not. */
  async settled(conversationId?: string): Promise<void> {
    if (conversationId === undefined) await Promise.all(this.#moving.values());
    else await this.#moving.get(conversationId);
  }

  close(): void {
    this.#closed = true;
  }

  async #moveWhenIdle(conversationId: string): Promise<void> {
    const { held, heldLogs, clock, logger, onMoved } = this.#options;
    await held.whenIdle(conversationId);
    if (this.#closed || !heldLogs.has(conversationId) || this.#moving.has(conversationId)) return;
    const moving = this.#move(conversationId).catch((error) => {
      logger.error(`a conversation that was kept in memory could not be saved yet: ${causeOf(error)}`, error);
      clock.after(TRY_AGAIN_MS, () => void this.#moveWhenIdle(conversationId));
    });
    this.#moving.set(conversationId, moving);
    await moving;
    this.#moving.delete(conversationId);
    onMoved();
  }

  async #move(conversationId: string): Promise<void> {
    const { held, heldLogs, keeper } = this.#options;
    await heldLogs.take(conversationId, async () => {
      await held.release(conversationId);
      const events = await heldLogs.eventsOf(conversationId);
      if (events.length > 0) await (await keeper()).adopt(conversationId, events);
    });
  }
}
