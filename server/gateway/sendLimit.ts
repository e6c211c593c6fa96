import type { Conversations, TurnStream } from "../conversation/conversations.ts";
import type { ChatEvent } from "../protocol/events.ts";
import type { Tally } from "../telemetry/tally.ts";
import type { Clock } from "../util/clock.ts";
import { DuckError } from "../util/errors.ts";
import { RateLimit } from "../util/rateLimit.ts";
import type { Principal } from "./channel.ts";

const HOUR_MS = 3_600_000;

/** How many messages of a token reach a model in an hour. Processes of the user's own are not counted. */
export class SendLimit {
  readonly #rate: RateLimit;

  readonly #refusals: Tally | undefined;

  constructor(messagesPerHour: number, clock: Clock, refusals?: Tally) {
    this.#refusals = refusals;
    this.#rate = new RateLimit({ count: messagesPerHour, ms: HOUR_MS, burst: messagesPerHour }, clock);
  }

  /** Throws {@link SentTooMuch}. */
  take({ id, isPrivate }: Principal): void {
    if (isPrivate) return;
    const allowance = this.#rate.take(id);
    if (allowance.kind === "allowed") return;
    this.#refusals?.add("rateLimited");
    throw new SentTooMuch(allowance.retryAfterMs);
  }

  /** A turn that was taken for has ended: one that no model was asked for costs nothing. */
  ended({ id, isPrivate }: Principal, event: ChatEvent): void {
    if (event.type !== "done" || isPrivate) return;
    if (event.model === undefined || event.model.kind === "offline") this.#rate.giveBack(id);
  }

  /** The same conversations, in which this one's messages are counted. */
  counting(conversations: Conversations, principal: Principal): Pick<Conversations, "send" | "retry"> {
    return {
      send: (params, signal) => this.#counted(principal, () => conversations.send(params, signal)),
      retry: (params, signal) => this.#counted(principal, () => conversations.retry(params, signal)),
    };
  }

  async *#counted(principal: Principal, start: () => TurnStream): TurnStream {
    this.take(principal);
    const turn = start();
    for (;;) {
      const next = await turn.next();
      if (next.done) return next.value;
      this.ended(principal, next.value);
      yield next.value;
    }
  }
}

/** Nothing was sent, and it costs nothing. */
export class SentTooMuch extends DuckError {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    const minutes = Math.ceil(retryAfterMs / 60_000);
    super("rateLimited", `Too many messages were sent with this token. Try again in ${minutes} min.`);
    this.retryAfterMs = retryAfterMs;
  }
}
