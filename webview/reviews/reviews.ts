import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Decision, Hunk, ProposalParams, ProposedFile, Review } from "../../server/protocol/edits.ts";
import type { Turn } from "../../server/protocol/transcript.ts";
import type { Conversation } from "../conversation.ts";
import type { Host } from "../host.ts";
import type { ShownTurn } from "../state.ts";
import { KeyedValues } from "./keyedValues.ts";
import { fileKey, type HunkPlace, hunkKey, isOpen, nextOpen, placesIn, type ReviewPlace, reviewKey } from "./places.ts";
import { ReviewFolds } from "./reviewFolds.ts";
import { Wishes } from "./wishes.ts";

/** Where the focus goes once it is drawn: to a change, to where its reason is asked for, or to what stands below a proposal. */
export interface WantedPlace {
  readonly key: string;
  readonly on: "change" | "reason" | "foot";
}

/**
 * Deciding about proposed changes. What was asked for shows at once; when it could not be done it is as it was, and the
 * proposal says why.
 */
export class Reviews {
  readonly folds = new ReviewFolds();
  readonly wanted = signal<WantedPlace | undefined>(undefined);
  /** Changes that were rejected one by one: their reasons are asked for. */
  readonly #unreasoned = new KeyedValues<true>();
  readonly #wishes = new Wishes();
  /** By proposal: what could not be done, and why. */
  readonly #alerts = new KeyedValues<string>();
  /** Proposals that are being taken back. */
  readonly #reverting = new KeyedValues<true>();
  /** The change that had the focus last. */
  readonly #last = signal<string | undefined>(undefined);
  readonly #host: Host;
  readonly #conversation: Conversation;
  /** The changes of the proposals that are not decided as a whole, in their order. */
  readonly #places: ReadonlySignal<readonly HunkPlace[]>;
  /** What is to be decided in the conversation. */
  readonly open = computed(() => this.#places.value.filter(isOpen));
  /** By key: the change that is decided next. */
  readonly current = computed(() => {
    const keys = this.open.value.map((place) => hunkKey(place, place.hunk));
    return keys.find((key) => key === this.#last.value) ?? keys[0];
  });

  constructor(host: Host, conversation: Conversation, turns: ReadonlySignal<readonly ShownTurn[]>) {
    this.#host = host;
    this.#conversation = conversation;
    this.#places = computed(() => turns.value.flatMap(({ turn }) => this.#placesOf(turn)));
  }

  /** The proposal as it will be once all is done that was asked for. */
  shown(place: ReviewPlace): Review {
    return this.#wishes.shown(place);
  }

  async accept(place: ReviewPlace, hunks: readonly Hunk[], approved?: string): Promise<void> {
    this.#moveOn(place, hunks);
    await this.#decide(place, hunks, { decision: "accepted" }, approved);
  }

  async reject(place: ReviewPlace, hunks: readonly Hunk[], reason?: string): Promise<void> {
    const [first] = hunks;
    const isReason = reason !== undefined;
    if (hunks.length === 1 && first !== undefined && !isReason) {
      const key = hunkKey(place, first);
      this.#unreasoned.set(key, true);
      this.wanted.value = { key, on: "reason" };
    } else if (!isReason) this.#moveOn(place, hunks);
    await this.#decide(place, hunks, { decision: "rejected", ...(isReason && { reason }) });
  }

  async reopen(place: ReviewPlace, hunk: Hunk): Promise<void> {
    this.wanted.value = { key: hunkKey(place, hunk), on: "change" };
    await this.#decide(place, [hunk], undefined);
  }

  /** Takes back what was written. */
  async revert(place: ReviewPlace): Promise<void> {
    const key = reviewKey(place);
    this.#reverting.set(key, true);
    this.wanted.value = { key, on: "foot" };
    await this.#request(place, (params) => this.#host.call("rubberduck/edit/revert", params));
    this.#reverting.delete(key);
  }

  isReverting(place: ReviewPlace): boolean {
    return this.#reverting.has(reviewKey(place));
  }

  /** In the editor's own diff. */
  showDiff(place: ReviewPlace, file: ProposedFile): void {
    const conversationId = this.#conversation.id.value;
    if (conversationId === undefined) return;
    const { turnId, review } = place;
    this.#host.do({ kind: "showDiff", conversationId, turnId, proposalId: review.id, path: file.path });
    this.folds.noteSeen(fileKey(place, file));
  }

  asksReason(place: ReviewPlace, hunk: Hunk): boolean {
    return this.#unreasoned.has(hunkKey(place, hunk));
  }

  alertOf(place: ReviewPlace): string | undefined {
    return this.#alerts.get(reviewKey(place));
  }

  closeAlert(place: ReviewPlace): void {
    this.#alerts.delete(reviewKey(place));
  }

  noteFocus(key: string): void {
    this.#last.value = key;
  }

  /** Goes to what is to be decided behind or before a change, by its key; else the one that had the focus last. */
  go(step: 1 | -1, from = this.#last.value): HunkPlace | undefined {
    const place = nextOpen(this.#places.value, from, step);
    if (place !== undefined) this.reveal(place);
    return place;
  }

  /** Unfolds a change and gives it the focus. */
  reveal(place: HunkPlace): void {
    const key = hunkKey(place, place.hunk);
    const inFile = fileKey(place, place.file);
    this.folds.setOpen(inFile, true);
    this.folds.draw(inFile, place.file.hunks.indexOf(place.hunk) + 1);
    this.folds.draw(reviewKey(place), place.review.files.indexOf(place.file) + 1);
    this.#last.value = key;
    this.wanted.value = { key, on: "change" };
  }

  #placesOf({ reviews = [], accepted: { turnId } }: Turn): HunkPlace[] {
    return reviews
      .filter(({ state }) => state === "open")
      .flatMap((review) => placesIn({ turnId, review: this.shown({ turnId, review }) }));
  }

  /** The focus goes to what is decided next, in the same proposal; else to what comes of it. */
  #moveOn(place: ReviewPlace, hunks: readonly Hunk[]): void {
    const key = reviewKey(place);
    const asked = new Set(hunks.map((hunk) => hunkKey(place, hunk)));
    const left = this.#places.peek().filter((one) => reviewKey(one) === key);
    const last = left.findLast((one) => asked.has(hunkKey(one, one.hunk)));
    const others = left.filter((one) => one === last || !asked.has(hunkKey(one, one.hunk)));
    const next = last && nextOpen(others, hunkKey(last, last.hunk), 1);
    if (next === undefined || next === last) this.wanted.value = { key, on: "foot" };
    else this.reveal(next);
  }

  async #decide(
    place: ReviewPlace,
    hunks: readonly Hunk[],
    decision: Decision | undefined,
    approved?: string,
  ): Promise<void> {
    const keys = hunks.map((hunk) => hunkKey(place, hunk));
    const wish = { decision };
    this.folds.forget(keys);
    this.#wishes.put(keys, wish);
    await this.#request(place, (params) =>
      this.#host.call("rubberduck/edit/decide", {
        ...params,
        hunkIds: hunks.map(({ id }) => id),
        decision: decision?.decision ?? null,
        ...(decision?.reason !== undefined && { reason: decision.reason }),
        ...(approved !== undefined && { approved }),
      }),
    );
    this.#wishes.drop(wish);
  }

  async #request(place: ReviewPlace, call: (params: ProposalParams) => Promise<unknown>): Promise<void> {
    const conversationId = this.#conversation.id.value;
    if (conversationId === undefined) return;
    const { turnId, review } = place;
    this.closeAlert(place);
    try {
      await call({ conversationId, turnId, proposalId: review.id });
      // What came of it is drawn with the next frame.
      await new Promise(requestAnimationFrame);
    } catch (error) {
      this.#alerts.set(reviewKey(place), error instanceof Error ? error.message : String(error));
    }
  }
}
