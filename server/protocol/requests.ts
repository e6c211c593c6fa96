import type { AccessRequests } from "./access.ts";
import type { Attachment } from "./attachments.ts";
import type { CommandRequests } from "./commands.ts";
import type { CompletionRequests, CompletionStatus } from "./completions.ts";
import type { DoctorRequests } from "./doctor.ts";
import type { EditRequests } from "./edits.ts";
import type {
  ChatEvent,
  ClientType,
  ModelChoice,
  ModelName,
  PersistedEvent,
  Receipt,
  SendOptions,
  StopReason,
} from "./events.ts";
import type { IntrospectionRequests } from "./introspection.ts";
import type { ListeningNotifications, ListeningRequests } from "./listening.ts";
import type { MemoryRequests } from "./memory.ts";
import type { CompleteParams, MentionSuggestion, ResolvedUris } from "./mentions.ts";
import type { Newcomer, Participant, PresenceUpdate } from "./presence.ts";
import type {
  OsSecretAtStart,
  StoreCopyResult,
  StoreExportParams,
  StoreExportResult,
  StoreProgress,
  StoreStatus,
  StoreVerdict,
  UnlockParams,
} from "./store.ts";
import type { ConversationUsage } from "./usage.ts";

/**
 * The requests a client may make, by method. Every request may fail with an error of errors.ts.
 * Those that take a `partialResultToken` report {@link ChatEvent}s over `$/progress` under that token before they answer.
 */
export interface Requests
  extends MemoryRequests,
    EditRequests,
    DoctorRequests,
    CommandRequests,
    CompletionRequests,
    ListeningRequests,
    AccessRequests,
    IntrospectionRequests {
  /** All conversations of the workspace, newest first. */
  "rubberduck/conversation/list": { params: Empty; result: { conversations: ConversationSummary[] } };
  /** Conversations in whose title or messages all words of `query` stand, newest first. Cancelling it ends the reading. */
  "rubberduck/conversation/search": {
    params: { query: string; limit?: number };
    result: { hits: ConversationHit[]; conversations: number };
  };
  /** The whole of a conversation as one text, and a name for the file. */
  "rubberduck/conversation/export": {
    params: ConversationParams & { format: ExportFormat };
    result: { text: string; fileName: string };
  };
  /** A new, empty conversation. Nothing is written before its first message. */
  "rubberduck/conversation/create": { params: Empty; result: { conversationId: string } };
  /**
   * Accepts a message and answers it. The request is a subscriber: with a token it carries the turn's events; it answers
   * when the turn is done. Losing the connection stops nothing, cancelling the request stops the reply.
   */
  "rubberduck/conversation/send": { params: SendParams; result: TurnResult };
  /** Answers an earlier turn's message again, or continues an answer that broke off. */
  "rubberduck/conversation/retry": { params: RetryParams; result: TurnResult };
  /** All events after `lastSeq`, then live ones, until the request is cancelled or the conversation deleted. */
  "rubberduck/conversation/subscribe": { params: SubscribeParams; result: Empty };
  /** Who follows the conversation now. */
  "rubberduck/conversation/participants": { params: ConversationParams; result: { participants: Participant[] } };
  /** What others see of a client that follows it has changed. Of one that does not, nothing is told. */
  "rubberduck/conversation/present": { params: PresenceUpdate; result: Empty };
  /** Stops the reply in flight, or only that of `turnId`; what was said is kept. Answers whether there was one. */
  "rubberduck/conversation/stop": { params: ConversationParams & { turnId?: string }; result: { stopped: boolean } };
  /** Takes a queued message back. */
  "rubberduck/conversation/withdraw": { params: TurnParams; result: Empty };
  /** Changes what a queued message says; its place and what is attached to it stay. */
  "rubberduck/conversation/revise": { params: TurnParams & { content: string }; result: Empty };
  /** Lets a queued message be answered before the others that wait. */
  "rubberduck/conversation/promote": { params: TurnParams; result: Empty };
  "rubberduck/conversation/rename": { params: ConversationParams & { title: string }; result: Empty };
  /** Puts it on top of the list, or takes it from there. */
  "rubberduck/conversation/pin": { params: ConversationParams & { pinned: boolean }; result: Empty };
  /** Which model answers from the next message on, whatever others are told. */
  "rubberduck/conversation/chooseModel": { params: ConversationParams & { choice: ModelChoice }; result: Empty };
  /** Brings the branch into view on which this turn stands: what was said before its message was edited. */
  "rubberduck/conversation/showBranch": { params: TurnParams; result: Empty };
  /**
   * Forgets a message with its answers: at once for everybody who looks, for good after ten minutes or "now". A reply in flight
   * to it is stopped first, a message that waits is taken back. "now" answers once its texts stand in no file of the store.
   */
  "rubberduck/conversation/forget": { params: TurnParams & { when: ForgetWhen }; result: Empty };
  /** Undoes that, as long as it is not for good. */
  "rubberduck/conversation/unforget": { params: TurnParams; result: Empty };
  /** Stops it, ends its subscriptions, moves it to the trash. */
  "rubberduck/conversation/delete": { params: ConversationParams; result: Empty };
  /** Brings a deleted conversation back. */
  "rubberduck/conversation/restore": { params: ConversationParams; result: Empty };
  /**
   * From a process that has joined the owner: what was said in a conversation while it could not be kept. Answers once it is
   * kept durably. What the owner knows already, by its `seq`, is left out.
   */
  "rubberduck/conversation/adopt": {
    params: ConversationParams & { events: readonly PersistedEvent[] };
    result: Empty;
  };
  /** Whether conversations can be kept. While they cannot, what may have come meanwhile is tried again. */
  "rubberduck/store/status": { params: Empty; result: StoreStatus };
  /** Opens a locked store. Fails with wrongKey when the code is mistyped or another store's. */
  "rubberduck/store/unlock": { params: UnlockParams; result: StoreStatus };
  /** The code that opens the store when its key is lost. Fails with storeLocked while it is. */
  "rubberduck/store/recoveryCode": { params: Empty; result: { code: string } };
  /** Moves a store that cannot be opened aside, beside itself, and makes a new one. Nothing is deleted. */
  "rubberduck/store/startAnew": { params: Empty; result: { movedTo: string } };
  /** Reads all of the store and says what is damaged. Changes nothing. May be cancelled. */
  "rubberduck/store/verify": { params: Empty; result: StoreVerdict };
  /** Writes every conversation that was not deleted to a file, not encrypted. May be cancelled. */
  "rubberduck/store/export": { params: StoreExportParams; result: StoreExportResult };
  /** Copies the store to an empty folder (absolute) and verifies the copy. May be cancelled. Fails with tooLate during an answer. */
  "rubberduck/store/copy": { params: { to: string }; result: StoreCopyResult };
  /** Which model and endpoint to use. Sent by the editor at start and whenever a setting or a key changes. */
  "rubberduck/model/configure": { params: ModelConfiguration; result: ModelStatus };
  "rubberduck/model/status": { params: Empty; result: ModelStatus };
  /** The names an endpoint offers (GET /models): of the given one, else of the configured one. Changes nothing. */
  "rubberduck/model/list": { params: { baseUrl?: string; apiKey?: string }; result: { models: string[] } };
  /** Model servers found on loopback. Each was asked for its list of models and for nothing else. */
  "rubberduck/model/discover": { params: Empty; result: { endpoints: DiscoveredEndpoint[] } };
  /** The language models that the editor lends now, all of them. Sent whenever that changes; none is asked by it. */
  "rubberduck/model/lend": { params: { models: readonly LentModel[] }; result: ModelStatus };
  /** Closes the circuit breaker, so that the next message tries the endpoint again. */
  "rubberduck/model/retryNow": { params: Empty; result: ModelStatus };
  "rubberduck/index/status": { params: Empty; result: IndexStatus };
  /** Code that matches the words of `query`, best first. */
  "rubberduck/index/search": { params: IndexSearchParams; result: { hits: SearchHit[] } };
  /** Stops reading the code, or goes on, also at the next start; searches find what has been read. */
  "rubberduck/index/pause": { params: { paused: boolean }; result: Empty };
  /** Reads all of the code again. */
  "rubberduck/index/rebuild": { params: Empty; result: Empty };
  /** What the user may mean by what stands behind an @, best first. */
  "rubberduck/mention/complete": { params: CompleteParams; result: { suggestions: MentionSuggestion[] } };
  /** What the files and folders that were dropped are attached as. */
  "rubberduck/mention/resolve": { params: { uris: readonly string[] }; result: ResolvedUris };
  /** Fetches a page as text. Whoever asks has shown the user the whole address. */
  "rubberduck/mention/fetch": { params: { url: string }; result: { attachment: Attachment } };
  /** What would be sent to the model for this message, without sending it. */
  "rubberduck/context/preview": { params: PreviewParams; result: { receipt: Receipt } };
  /** What this process uses. */
  "rubberduck/server/info": { params: Empty; result: ServerInfo };
  /** Between processes that share conversations: answered once nothing is under way, for a newer build to take over. */
  "rubberduck/owner/release": { params: Empty; result: Empty };
}

/** What the server says unasked. */
export interface Notifications extends ListeningNotifications {
  "rubberduck/model/statusChanged": ModelStatus;
  "rubberduck/index/statusChanged": IndexStatus;
  "rubberduck/completion/statusChanged": CompletionStatus;
  "rubberduck/store/statusChanged": StoreStatus;
  /** While the store is verified or copied. */
  "rubberduck/store/progress": StoreProgress;
  /** A conversation appeared, was renamed, answered or deleted: ask for the list again. */
  "rubberduck/conversation/listChanged": Empty;
  /** Something is remembered, corrected, forgotten, or waits in the inbox: ask again. */
  "rubberduck/memory/changed": Empty;
}

export type Method = keyof Requests;
export type Params<M extends Method> = Requests[M]["params"];
export type Result<M extends Method> = Requests[M]["result"];
export type Empty = Record<string, never>;

/** Sent in LSP's `initializationOptions`. */
export interface InitializationOptions {
  /** Absolute folder of the store; absent for the default one. */
  readonly storePath?: string;
  /** False in restricted mode: no file of the workspace is read and nothing is sent to a model. */
  readonly trusted: boolean;
  readonly client: ClientType;
  /** Absent where the editor can keep no secret: a key file takes its place. */
  readonly osSecret?: OsSecretAtStart;
}

export interface ConversationParams {
  readonly conversationId: string;
}

export interface TurnParams extends ConversationParams {
  readonly turnId: string;
}

export interface SendParams extends ConversationParams {
  /** Chosen by the sender, once per message. */
  readonly operationId: string;
  readonly content: string;
  readonly attachments?: readonly Attachment[];
  readonly options?: SendOptions;
  readonly client?: ClientType;
  /** The turn whose message this one takes the place of. The old one and what followed it are kept, out of view. */
  readonly edits?: string;
  readonly partialResultToken?: string | number;
}

export interface PreviewParams {
  /** Absent for a conversation that has no message yet. */
  readonly conversationId?: string;
  readonly content: string;
  readonly attachments: readonly Attachment[];
  readonly options?: SendOptions;
}

export interface RetryParams extends TurnParams {
  readonly operationId: string;
  /** regenerate: from the start. continue: from the text that was kept. */
  readonly mode: "regenerate" | "continue";
  readonly options?: SendOptions;
  readonly client?: ClientType;
  readonly partialResultToken?: string | number;
}

export interface TurnResult {
  readonly turnId: string;
  /** `seq` of the accepted message. */
  readonly seq: number;
  /** Absent when the message was taken back while it waited. */
  readonly stopReason?: StopReason;
}

export interface SubscribeParams extends ConversationParams {
  /** Highest `seq` the client has; 0 for none. */
  readonly lastSeq: number;
  /** UTF-16 code units that the client has of the answer in flight. */
  readonly offset?: number;
  /** With `lastSeq` 0: the turns themselves, the newest first, instead of all that ever happened. */
  readonly snapshot?: boolean;
  /** Shown to others as long as the request lasts; absent: whoever asks only looks on, and is told of nobody. */
  readonly participant?: Newcomer;
  readonly partialResultToken: string | number;
}

export interface ConversationSummary {
  readonly conversationId: string;
  readonly title: string;
  /** Messages of the user that were not taken back, and answers. */
  readonly messages: number;
  /** ISO 8601. */
  readonly updatedAt: string;
  readonly answering: boolean;
  readonly pinned: boolean;
  /** Texts of messages that were forgotten stand in its files still. */
  readonly forgetting?: true;
  /** It stands in the memory of the process that was asked and nowhere else; deleted, it cannot be restored. */
  readonly incognito?: true;
  /** Absent while no model has answered. */
  readonly usage?: ConversationUsage;
}

export interface ConversationHit {
  readonly conversationId: string;
  readonly title: string;
  /** Where the words stand in the title: offsets in UTF-16 code units. */
  readonly titleMarks: readonly (readonly [start: number, end: number])[];
  /** ISO 8601. */
  readonly updatedAt: string;
  /** How many messages and answers match. */
  readonly matches: number;
  /** The newest of them; absent when the words stand in the title only. */
  readonly turnId?: string;
  readonly snippet?: Snippet;
}

/** A part of a message on one line, and where the words stand in it: offsets in UTF-16 code units. */
export interface Snippet {
  readonly text: string;
  readonly marks: readonly (readonly [start: number, end: number])[];
}

/** later: in ten minutes of this server's time, until which it can be undone. */
export type ForgetWhen = "later" | "now";

/** json: docs/export.md. */
export type ExportFormat = "markdown" | "json";

export interface ModelConfiguration {
  /** Base URL of an OpenAI-compatible API, with its version path ("http://127.0.0.1:11434/v1"). Absent or "": offline. */
  readonly baseUrl?: string;
  /** Model name as the endpoint knows it. */
  readonly name?: string;
  readonly apiKey?: string;
  /** Tokens; overrides what is assumed or learned. */
  readonly contextWindowTokens?: number;
  /** Whether the model may look into the workspace with tools. auto, the default: until the endpoint refuses them. */
  readonly tools?: "auto" | "on" | "off";
  /** Whether the model takes pictures. Default "auto": by its name, until it refuses one. */
  readonly images?: "auto" | "on" | "off";
  /** Id of a {@link LentModel} that answers instead of the endpoint. */
  readonly editorModel?: string;
  /** What models cost, by name. Goes before what an endpoint says. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** Whether a model may make titles. Default false. */
  readonly titles?: boolean;
  /** Whether a model may be asked what of a conversation is worth remembering. Default false: rules alone decide. */
  readonly learn?: boolean;
  /** What compares what is remembered by its meaning. Default: the one that is built in. */
  readonly embeddings?: EmbeddingsSetting;
}

/** off: words alone are compared. endpoint: an OpenAI-compatible API with embeddings, or Ollama. */
export type EmbeddingsSetting =
  | { readonly kind: "embedded" }
  | { readonly kind: "off" }
  | {
      readonly kind: "endpoint";
      /** Model name as the endpoint knows it. */
      readonly model: string;
      /** Default: the address of the model that answers, which alone gets its key. */
      readonly baseUrl?: string;
    };

/** USD for a million tokens. */
export interface Price {
  readonly prompt: number;
  readonly completion: number;
}

/** A language model that the editor lends: one of another extension's. */
export interface LentModel {
  /** Who provides it, a slash, and its id there. The same from start to start. */
  readonly id: string;
  /** What a person calls it. */
  readonly name: string;
  /** What a prompt may take. */
  readonly contextWindowTokens: number;
}

export interface ModelStatus {
  /** Who would answer a message sent now. */
  readonly model: ModelName;
  /** Why: a sentence for the status bar's tooltip. */
  readonly reason: string;
  /** What is configured, without the key. */
  readonly configured?: {
    readonly baseUrl: string;
    readonly host: string;
    readonly name: string;
    readonly hasKey: boolean;
  };
  /** What else could be chosen, as far as the editor has said. */
  readonly lent?: readonly LentModel[];
  readonly breaker: {
    readonly state: "closed" | "open" | "halfOpen";
    /** When the next message will be tried on the endpoint, ISO 8601; only while open. */
    readonly retryAt?: string;
    /** What went wrong last; only while not closed. */
    readonly lastError?: string;
  };
}

export interface DiscoveredEndpoint {
  /** "Ollama", "LM Studio", … */
  readonly label: string;
  readonly baseUrl: string;
  readonly models: readonly string[];
}

export interface IndexSearchParams {
  readonly query: string;
  /** Default 20, at most 200. */
  readonly limit?: number;
  /** Only files in these folders, or these files; absolute. */
  readonly paths?: readonly string[];
}

export interface IndexStatus {
  readonly state: "off" | "indexing" | "paused" | "ready" | "failed";
  readonly files: number;
  /** Files found, while indexing. */
  readonly total?: number;
  /** Files not read, by cause, in words: "too large", "binary", "ignored as secret". */
  readonly skipped: Readonly<Record<string, number>>;
  /** Why it is off or failed, and what to do. */
  readonly message?: string;
}

export interface SearchHit {
  /** Absolute. */
  readonly path: string;
  /** Relative to its workspace folder, with forward slashes; prefixed by the folder's name when there are several. */
  readonly label: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly text: string;
  /** 0..1, the best hit of a search has 1. */
  readonly score: number;
  /** What each signal gave to the score of its file, before kinds of files were weighed: "chunks", "name", "history", … */
  readonly signals?: Readonly<Record<string, number>>;
}

export interface ServerInfo {
  readonly pid: number;
  /** Of the build, such as "1.4.0". */
  readonly version: string;
  readonly residentBytes: number;
  readonly conversationsLive: number;
  /** Milliseconds of CPU (user and system) since start. */
  readonly cpuMs: number;
}
