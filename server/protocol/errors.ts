/**
 * Errors a person can act on. They travel as JSON-RPC errors whose `data` is {@link ErrorData}; anything else is a bug
 * and travels as -32603 with {@link GENERIC_FAILURE}, its stack kept in the server's log.
 */
export type DuckErrorCode =
  /** The request does not have the agreed form; the message names the field. */
  | "invalidRequest"
  /** The message is empty or only white space. */
  | "blankMessage"
  /** The message is larger than {@link MAX_MESSAGE_BYTES}. */
  | "messageTooLarge"
  /** The operation id was used before for other content. */
  | "operationConflict"
  /** No conversation (or turn) has that id, or it was deleted. */
  | "notFound"
  /** The turn has already been started or answered and cannot be taken back. */
  | "tooLate"
  /** The log could not be written or read; the message names path and cause. */
  | "storeFailed"
  /** The store cannot be read: its key is not here, or it cannot be used; the message says what to do. */
  | "storeLocked"
  /** The store can be read and must not be written: a newer version made it, or the disk refuses. */
  | "storeReadOnly"
  /** A recovery code with a slip in it, or of another store. */
  | "wrongKey"
  /** Another process owns the conversations and does not answer, or lets nobody in: try again. */
  | "storeBusy"
  /** Another build of RubberDuck was asked, which does not know the request. */
  | "otherVersion"
  /** No model is configured, or its settings cannot work (address, name). */
  | "modelNotConfigured"
  /** The endpoint refused the key (401, 403) or asks for one. */
  | "keyRefused"
  /** The endpoint asks to slow down (429) for longer than we are willing to wait. */
  | "rateLimited"
  /** The endpoint cannot be reached, hangs or fails (5xx). */
  | "modelUnavailable"
  /** The endpoint answered something that is not the API. */
  | "modelProtocol"
  /** The endpoint refused the request itself (400, 404, 413, 422). */
  | "modelRefused"
  /** The prompt is larger than the model's context window. */
  | "contextTooLong"
  /** Another program listens on the port that was asked for. */
  | "portTaken"
  /** Nobody answered in time. */
  | "timedOut";

/** The `data` of a JSON-RPC error that a person can act on. */
export interface ErrorData {
  readonly code: DuckErrorCode;
}

/** An error as it stands in an event: what happened and what to do, in one or two sentences. */
export interface EventError {
  readonly code: DuckErrorCode | "internal";
  readonly message: string;
}

/** JSON-RPC code of every {@link ErrorData} error: the first of the range that JSON-RPC leaves to applications. */
export const DUCK_ERROR = -32000;

/** The one sentence that a bug shows. */
export const GENERIC_FAILURE = "Something went wrong inside RubberDuck. The details are in its output channel.";

/** Largest message a client may send, in UTF-8 bytes. More belongs in a file that the message names. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Why a message cannot be sent, and what to do; undefined when it can. The panel asks before it sends, the server again. */
export function sizeProblem(content: string): string | undefined {
  const bytes = new TextEncoder().encode(content).length;
  if (bytes <= MAX_MESSAGE_BYTES) return undefined;
  const mebibytes = (bytes / 1024 / 1024).toFixed(1);
  const limit = MAX_MESSAGE_BYTES / 1024 / 1024;
  return `The message has ${mebibytes} MiB; at most ${limit} MiB can be sent. Put the text into a file and ask about that file.`;
}
