/** When the duck suggests code at the cursor: never, when asked, in pauses where a line may go on, or wherever it can. */
export const EAGERNESS = ["off", "onRequest", "relaxed", "eager"] as const;

export type Eagerness = (typeof EAGERNESS)[number];

/**
 * The editor's command that runs when a suggestion was accepted, with the suggestion's id. The editor registers it, and tells the server
 * with `rubberduck/completion/accepted`.
 */
export const COMPLETION_ACCEPTED = "rubberduck.completions.accepted";

export interface CompletionConfiguration {
  readonly eagerness: Eagerness;
  /** Name of a model of the configured endpoint. Absent: the one that answers messages. */
  readonly model?: string;
}

/** off: nothing is suggested. none: the last place had no suggestion. */
export interface CompletionStatus {
  readonly state: "off" | "ready" | "asking" | "shown" | "none";
  readonly eagerness: Eagerness;
  /** Why it is so, as a sentence. */
  readonly why: string;
}

/** Since the server started; held in memory, never sent anywhere. */
export interface CompletionStatistics {
  readonly shown: number;
  readonly accepted: number;
  /** Characters that were accepted, and those of them that still stood in the document 30 s later. */
  readonly acceptedCharacters: number;
  readonly retainedCharacters: number;
  /** Of the accepted characters, those whose 30 s are over. */
  readonly judgedCharacters: number;
  /** Requests to a model, those that were broken off, and places that were answered from the cache. */
  readonly requests: number;
  readonly cancelled: number;
  readonly cached: number;
  /** From the request to the end of the answer, in ms; absent before the first answer. */
  readonly latencyP50Ms?: number;
  readonly latencyP95Ms?: number;
}

export interface CompletionRequests {
  "rubberduck/completion/configure": { params: CompletionConfiguration; result: CompletionStatus };
  "rubberduck/completion/status": { params: Nothing; result: CompletionStatus };
  "rubberduck/completion/statistics": { params: Nothing; result: CompletionStatistics };
  /** A suggestion was accepted; one that is not known any more changes nothing. */
  "rubberduck/completion/accepted": { params: { id: string }; result: Nothing };
}

type Nothing = Record<string, never>;
