import type { Attachment } from "./attachments.ts";
import type { EventError } from "./errors.ts";
import type { ChatEvent } from "./events.ts";
import type { IndexStatus, Method, ModelStatus, Params, Result } from "./requests.ts";
import type { StoreStatus } from "./store.ts";

/**
 * The contract between the chat panel (a web page) and whatever hosts it: the extension host over `postMessage`, later
 * the gateway over a channel. Requests and events pass through the host unopened.
 */

/** Requests that the panel may make. The host refuses any other. */
export const PANEL_METHODS = [
  "rubberduck/conversation/list",
  "rubberduck/conversation/search",
  "rubberduck/conversation/present",
  "rubberduck/conversation/create",
  "rubberduck/conversation/send",
  "rubberduck/conversation/retry",
  "rubberduck/conversation/stop",
  "rubberduck/conversation/withdraw",
  "rubberduck/conversation/revise",
  "rubberduck/conversation/promote",
  "rubberduck/conversation/rename",
  "rubberduck/conversation/pin",
  "rubberduck/conversation/chooseModel",
  "rubberduck/conversation/showBranch",
  "rubberduck/conversation/forget",
  "rubberduck/conversation/unforget",
  "rubberduck/conversation/delete",
  "rubberduck/conversation/restore",
  "rubberduck/edit/decide",
  "rubberduck/edit/preview",
  "rubberduck/edit/revert",
  "rubberduck/edit/rewind",
  "rubberduck/command/suggest",
  "rubberduck/command/list",
  "rubberduck/model/status",
  "rubberduck/model/list",
  "rubberduck/model/discover",
  "rubberduck/model/retryNow",
  "rubberduck/index/status",
  "rubberduck/mention/complete",
  "rubberduck/mention/resolve",
  "rubberduck/mention/fetch",
  "rubberduck/context/preview",
  "rubberduck/memory/recall",
  "rubberduck/memory/list",
  "rubberduck/memory/get",
  "rubberduck/memory/overview",
  "rubberduck/memory/patterns",
  "rubberduck/memory/remember",
  "rubberduck/memory/correct",
  "rubberduck/memory/pin",
  "rubberduck/memory/mute",
  "rubberduck/memory/traces",
  "rubberduck/memory/forget",
  "rubberduck/memory/unforget",
  "rubberduck/memory/approve",
  "rubberduck/memory/reject",
  "rubberduck/memory/confirm",
  "rubberduck/memory/undo",
  "rubberduck/memory/consolidate",
  "rubberduck/memory/test",
] as const satisfies readonly Method[];

export type PanelMethod = (typeof PANEL_METHODS)[number];

/** From the panel to its host. */
export type PanelMessage =
  /** The page is loaded and listens. The host answers with {@link HostMessage} "state". */
  | { readonly type: "ready" }
  /**
   * A request for the server; answered by "result" or "failure" with the same id. Of what is attached the host adds the
   * text that only it knows; to the suggestions for a mention it adds its own; it asks the user before a page is fetched.
   */
  | {
      [M in PanelMethod]: {
        readonly type: "call";
        readonly id: number;
        readonly method: M;
        readonly params: Params<M>;
      };
    }[PanelMethod]
  /**
   * Follow a conversation; replaces an earlier subscription. "event" messages carry the same `subscription`; those of an
   * earlier one that are still under way are recognised by it and ignored.
   */
  | {
      readonly type: "subscribe";
      readonly subscription: number;
      readonly conversationId: string;
      readonly lastSeq: number;
      readonly offset: number;
      /** What others know the panel by: {@link Newcomer}. */
      readonly participant: string;
    }
  /** The answer to the call with this id is not wanted any more. */
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "do"; readonly action: PanelAction };

/** What only the host can do. */
export type PanelAction =
  /** Opens a file of the workspace. `path` as it stands in a source link: absolute, or relative to a workspace folder. */
  | { readonly kind: "openFile"; readonly path: string; readonly line?: number }
  /** Opens http, https or mailto after showing the whole address. */
  | { readonly kind: "openLink"; readonly url: string }
  | { readonly kind: "copy"; readonly text: string }
  /** Shows what a proposal changes in a file, in the editor's own diff. */
  | {
      readonly kind: "showDiff";
      readonly conversationId: string;
      readonly turnId: string;
      readonly proposalId: string;
      readonly path: string;
    }
  | { readonly kind: "insertAtCursor"; readonly text: string }
  | { readonly kind: "newFile"; readonly text: string; readonly language: string }
  /** Asks for a format and a place, and writes the conversation there. */
  | { readonly kind: "exportConversation"; readonly conversationId: string }
  /** Opens the model picker (quick pick). */
  | { readonly kind: "chooseModel" }
  /** Uses this endpoint; asks for a key or a name if one is missing. Absent baseUrl: asks for the address. "" is offline. */
  | { readonly kind: "useEndpoint"; readonly baseUrl?: string; readonly name?: string }
  /** Uses a model that the editor lends. */
  | { readonly kind: "useEditorModel"; readonly id: string }
  | { readonly kind: "setKey" }
  | { readonly kind: "showOutput" }
  | { readonly kind: "restartServer" }
  | { readonly kind: "manageTrust" }
  /** Asks for the code that unlocks the store. */
  | { readonly kind: "enterRecoveryCode" }
  /** Asks, then moves the locked store aside for a new one. */
  | { readonly kind: "startNewStore" }
  /** Says in full what is the matter with the store. */
  | { readonly kind: "showStoreDetails" }
  /** Asks for a place, and writes all memories there, not encrypted. */
  | { readonly kind: "exportMemory" }
  /** Asks for such a file, and takes its memories in. */
  | { readonly kind: "importMemory" }
  /** Which page is in view: the actions in the view's title are those of this page. */
  | { readonly kind: "showing"; readonly page: PanelPage };

export type PanelPage = "chat" | "conversations" | "memory";

/** From the host to the panel. */
export type HostMessage =
  | { readonly type: "state"; readonly state: HostState }
  | { readonly type: "result"; readonly id: number; readonly result: Result<PanelMethod> }
  | { readonly type: "failure"; readonly id: number; readonly error: EventError }
  | { readonly type: "event"; readonly subscription: number; readonly event: ChatEvent }
  /** The subscription broke off (the server went away). The panel subscribes again when the server is "ready". */
  | { readonly type: "subscriptionEnded"; readonly subscription: number; readonly error?: EventError }
  /** Asked for from the view's title bar or the command palette. `text` is put into the box. */
  | {
      readonly type: "command";
      readonly name:
        | "newConversation"
        | "newIncognitoConversation"
        | "showConversations"
        | "focusInput"
        | "previewContext"
        | "stop";
    }
  | { readonly type: "command"; readonly name: "insert"; readonly text: string }
  /** Sends this message in the conversation that is shown, under this operation id; what stands in the box stays. */
  | {
      readonly type: "command";
      readonly name: "send";
      readonly text: string;
      readonly attachments: readonly Attachment[];
      readonly operationId: string;
    }
  /** From the context menu of a row; without an id the conversation that is shown. */
  | {
      readonly type: "command";
      readonly name: "pinConversation" | "renameConversation" | "exportConversation" | "deleteConversation";
      readonly conversationId?: string;
    }
  /** Shows the page of all memories, or of those that match. */
  | { readonly type: "command"; readonly name: "showMemory"; readonly query?: string }
  /** From the context menu of a memory's row; `place` says which row: a turn whose receipt shows it, or "page". */
  | {
      readonly type: "command";
      readonly name: "correctMemory" | "pinMemory" | "muteMemory" | "forgetMemory" | "showMemorySource";
      readonly memoryId: string;
      readonly place: string;
    }
  /** From the title or the menu of the memory page. */
  | {
      readonly type: "command";
      readonly name: "writeMemory" | "tidyMemory" | "testMemory" | "undoMemory" | "showPastMemory";
    }
  /** rubberduck/conversation/listChanged */
  | { readonly type: "listChanged" }
  /** rubberduck/memory/changed */
  | { readonly type: "memoryChanged" };

export interface HostState {
  readonly server: "starting" | "ready" | "stopped";
  /** Why it stopped and what to do. */
  readonly serverMessage?: string;
  /** False in restricted mode. */
  readonly trusted: boolean;
  /** False when no folder is open. */
  readonly hasFolder: boolean;
  readonly model?: ModelStatus;
  readonly index?: IndexStatus;
  /** The active editor's file and selection; shown as a chip. Their text is added by the host when sending. */
  readonly editor?: EditorChip;
  /** Absent until the server has said it. */
  readonly store?: StoreStatus;
}

export interface EditorChip {
  /** Absolute. */
  readonly path: string;
  readonly language: string;
  /** Relative path, or base name. */
  readonly label: string;
  /** Absent without a selection. */
  readonly startLine?: number;
  readonly endLine?: number;
}
