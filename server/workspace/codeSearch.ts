import type { IndexStatus, SearchHit } from "../protocol/requests.ts";

/** The port to the index of the workspace's code, as context and the offline model use it. */
export interface CodeSearch {
  readonly status: IndexStatus;
  /**
   * The best matching chunks, best first, their text without secrets; empty when nothing matches. Waits until the first index is there, reporting
   * over `onWait` what it waits for.
   */
  search(query: string, options: SearchOptions): Promise<SearchHit[]>;
}

export interface SearchOptions {
  readonly limit: number;
  /** Only files in these folders, or these files; absolute. */
  readonly paths?: readonly string[];
  /** Files the user is at: open or mentioned; absolute. They and those beside them score a little higher. */
  readonly near?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onWait?: (message: string) => void;
}
