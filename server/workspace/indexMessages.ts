import type { IndexStatus, SearchHit } from "../protocol/requests.ts";
import type { SavedPlace } from "../store/savedPlace.ts";
import type { IndexedFolder } from "./folders.ts";
import type { IndexQuery } from "./indexSearch.ts";

/** What the worker is started with. */
export interface IndexWorkerData {
  readonly folders: readonly IndexedFolder[];
  readonly maxFiles: number;
  readonly maxBytes: number;
  readonly grammars?: string | undefined;
  /** Absent: it is kept nowhere yet. */
  readonly place?: SavedPlace | undefined;
  readonly paused: boolean;
}

/** From the server to the index worker. */
export type ToIndexWorker =
  /** Files or folders that were created, changed or deleted; absolute. */
  | { readonly type: "changed"; readonly paths: readonly string[] }
  | ({ readonly type: "search"; readonly id: number } & IndexQuery)
  /** On which lines of this text no tree can be made of it. */
  | { readonly type: "check"; readonly id: number; readonly label: string; readonly text: string }
  /** From now on it is kept there: the store was unlocked. */
  | { readonly type: "keep"; readonly place: SavedPlace }
  | { readonly type: "pause"; readonly paused: boolean }
  | { readonly type: "rebuild" };

/** From the index worker to the server. */
export type FromIndexWorker =
  | { readonly type: "status"; readonly status: IndexStatus }
  | { readonly type: "hits"; readonly id: number; readonly hits: SearchHit[] }
  /** Undefined: nobody can say, for want of a grammar for instance. */
  | { readonly type: "checked"; readonly id: number; readonly lines: readonly number[] | undefined }
  /** All is done and kept; `files` were read or parsed since the worker started. */
  | { readonly type: "settled"; readonly files: number }
  /** A bug; the worker lives on. */
  | { readonly type: "searchFailed"; readonly id: number; readonly error: Error };
