import type { Attachment } from "../server/protocol/attachments.ts";
import type { EventError } from "../server/protocol/errors.ts";
import type { ChatEvent } from "../server/protocol/events.ts";
import type { HostMessage, HostState, PanelAction, PanelMethod } from "../server/protocol/panel.ts";
import type { ClientType } from "../server/protocol/presence.ts";
import type { Params, Result } from "../server/protocol/requests.ts";

import type { Editing } from "./composer.ts";

/** Whatever shows the panel: an editor, or a page of the gateway. Nothing else of the panel knows which. */
export interface Host {
  /** Rejects with {@link CallFailed}. Aborting `signal` cancels the request; its answer is then of no use. */
  call<M extends PanelMethod>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Result<M>>;
  /** Follows a conversation instead of the one followed before, whose listener hears nothing any more. */
  subscribe(from: SubscriptionStart, listener: SubscriptionListener): void;
  /** Whether this host can do such a thing: what it cannot is not offered. */
  offers(kind: PanelAction["kind"]): boolean;
  do(action: PanelAction): void;
  /** What kind of client the panel is here. */
  readonly client: ClientType;
  /** Tells the host that the panel listens; news arrive from then on. */
  start(listener: (news: HostNews) => void): void;
  /** What was saved before the page was hidden or loaded again. */
  readonly saved: Saved;
  save(saved: Saved): void;
}

export interface SubscriptionStart {
  readonly conversationId: string;
  /** Highest `seq` already known; 0 for none. */
  readonly lastSeq: number;
  /** UTF-16 code units already known of the answer in flight. */
  readonly offset: number;
  /** What others know this panel by. */
  readonly participant: string;
}

export interface SubscriptionListener {
  onEvent(event: ChatEvent): unknown;
  /** The server went away, or refused. */
  onEnded(error: EventError | undefined): unknown;
}

/** What the host says unasked. */
export type HostNews =
  | { readonly type: "state"; readonly state: HostState }
  | Extract<HostMessage, { type: "command" }>
  /** Another process has the conversations now: what the one before told last may not stand in the log. */
  | { readonly type: "otherOwner" }
  | { readonly type: "listChanged" }
  | { readonly type: "memoryChanged" };

/** Survives hiding and reloading. Everything else is asked from the server again. */
export interface Saved {
  readonly draft: string;
  readonly attachments?: readonly Attachment[];
  readonly editing?: Editing;
  readonly conversationId?: string;
  /** That conversation is incognito: nothing else of it is saved. */
  readonly incognito?: boolean;
}

/** A request that the server or the host refused, with words for a person. */
export class CallFailed extends Error {
  readonly code: EventError["code"];

  constructor(error: EventError) {
    super(error.message);
    this.name = "CallFailed";
    this.code = error.code;
  }
}
