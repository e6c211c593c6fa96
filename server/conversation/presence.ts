import type { Newcomer, Participant, PresenceUpdate } from "../protocol/presence.ts";
import { Tally } from "../telemetry/tally.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";

/** One client in a conversation, as the official Phoenix clients know it. */
export interface Meta {
  /** Unique; another one after each change. */
  readonly phx_ref: string;
  /** What it was before the change. */
  readonly phx_ref_prev?: string;
  /** Since when, in seconds since 1970. */
  readonly online_at: number;
  readonly client_type: string;
  readonly app?: string;
  readonly typing?: true;
  readonly file?: string;
}

/** Who is there, by the person's name: what Phoenix calls presence_state. */
export type PresenceState = Readonly<Record<string, { readonly metas: readonly Meta[] }>>;

/** Phoenix's presence_diff. A client that has changed has left as it was, and joined as it is. */
export interface PresenceDiff {
  readonly joins: PresenceState;
  readonly leaves: PresenceState;
}

export interface PresenceChange {
  readonly conversationId: string;
  readonly diff: PresenceDiff;
}

interface Tracked {
  readonly participant: Participant;
  /** The same from joining to leaving: who comes again under its id is another one. */
  readonly visit: number;
  readonly ref: string;
  readonly previousRef?: string;
  readonly endTyping?: (() => void) | undefined;
}

/** Typing that nobody renews ends after this. */
const TYPING_MS = 10_000;
/** More than these are not shown. */
const MOST = 64;
const MOST_NAME = 100;

/** Who follows each conversation now. Nothing of it is kept. */
export class Presence {
  readonly #clock: Clock;
  /** Of clients that say no name. */
  readonly #userName: string;
  readonly #changed = new Emitter<PresenceChange>();
  readonly #conversations = new Map<string, Map<string, Tracked>>();
  #lastRef = 0;
  #lastVisit = 0;

  constructor(clock: Clock, userName: string) {
    this.#clock = clock;
    this.#userName = userName;
  }

  onDidChange(listener: (change: PresenceChange) => void): () => void {
    return this.#changed.on(listener);
  }

  /** All of them, oldest first. */
  participants(conversationId: string): Participant[] {
    return this.#tracked(conversationId).map(({ participant }) => participant);
  }

  /** Of all conversations, by type of client. */
  get counts(): Readonly<Record<string, number>> {
    const tally = new Tally();
    for (const here of this.#conversations.values()) {
      for (const { participant } of here.values()) tally.add(participant.client);
    }
    return tally.counts;
  }

  state(conversationId: string): PresenceState {
    return byName(this.#tracked(conversationId));
  }

  /** Somebody begins to follow; the result ends that. Who comes again under the same id takes its own place. */
  join(conversationId: string, { id, name, client, app, file }: Newcomer): () => void {
    const here = this.#conversations.get(conversationId) ?? new Map<string, Tracked>();
    const before = here.get(id);
    if (before === undefined && here.size >= MOST) return () => {};
    const participant: Participant = {
      ...{ id, client, name: shown(name) || this.#userName, onlineAt: this.#clock.now().toISOString() },
      ...(app !== undefined && { app: shown(app) }),
      ...(file !== undefined && { file: shown(file) }),
    };
    const visit = ++this.#lastVisit;
    const tracked = { participant, visit, ref: this.#nextRef() };
    this.#conversations.set(conversationId, here);
    before?.endTyping?.();
    here.delete(id);
    here.set(id, tracked);
    this.#tell(conversationId, [tracked], before === undefined ? [] : [before]);
    return () => {
      const now = here.get(id);
      if (now?.visit === visit) this.#leave(conversationId, here, now);
    };
  }

  /** What others see of somebody has changed. Of one who is not there, nothing is told. */
  update({ conversationId, id, typing, file }: PresenceUpdate): void {
    const here = this.#conversations.get(conversationId);
    const before = here?.get(id);
    if (here === undefined || before === undefined) return;
    const { typing: wasTyping = false, file: hadFile, ...rest } = before.participant;
    const isTyping = typing ?? wasTyping;
    const shows = file === undefined ? hadFile : file === null ? undefined : shown(file);
    before.endTyping?.();
    const endTyping = () => this.update({ conversationId, id, typing: false });
    const renewed = { ...before, endTyping: isTyping ? this.#clock.after(TYPING_MS, endTyping) : undefined };
    if (isTyping === wasTyping && shows === hadFile) {
      here.set(id, renewed);
      return;
    }
    const participant = {
      ...rest,
      ...(isTyping && { typing: true as const }),
      ...(shows !== undefined && { file: shows }),
    };
    const tracked: Tracked = { ...renewed, participant, ref: this.#nextRef(), previousRef: before.ref };
    here.set(id, tracked);
    this.#tell(conversationId, [tracked], [before]);
  }

  #leave(conversationId: string, here: Map<string, Tracked>, tracked: Tracked): void {
    tracked.endTyping?.();
    here.delete(tracked.participant.id);
    if (here.size === 0) this.#conversations.delete(conversationId);
    this.#tell(conversationId, [], [tracked]);
  }

  #tell(conversationId: string, joins: readonly Tracked[], leaves: readonly Tracked[]): void {
    this.#changed.emit({ conversationId, diff: { joins: byName(joins), leaves: byName(leaves) } });
  }

  #tracked(conversationId: string): Tracked[] {
    return [...(this.#conversations.get(conversationId)?.values() ?? [])];
  }

  #nextRef(): string {
    this.#lastRef += 1;
    return this.#lastRef.toString(36).padStart(4, "0");
  }
}

function byName(all: readonly Tracked[]): PresenceState {
  const names = new Set(all.map(({ participant }) => participant.name));
  const metasOf = (name: string) => all.filter(({ participant }) => participant.name === name).map(metaOf);
  return Object.fromEntries([...names].map((name) => [name, { metas: metasOf(name) }]));
}

function metaOf({ participant, ref, previousRef }: Tracked): Meta {
  const { client, app, typing, file, onlineAt } = participant;
  return {
    phx_ref: ref,
    ...(previousRef !== undefined && { phx_ref_prev: previousRef }),
    online_at: Math.floor(Date.parse(onlineAt) / 1000),
    client_type: client,
    ...(app !== undefined && { app }),
    ...(typing && { typing }),
    ...(file !== undefined && { file }),
  };
}

/** What somebody calls themselves, without signs that cannot be seen or turn others around. */
function shown(text = ""): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{E0000}-\u{E007F}]/gu, "")
    .trim()
    .slice(0, MOST_NAME);
}
