import type { MemoryOverview } from "../protocol/memory.ts";
import type { IndexStatus, ModelStatus } from "../protocol/requests.ts";
import type { StoreStatus } from "../protocol/store.ts";

/** What the checks look at. */
export interface DoctorSources {
  /** Absolute paths of the open folders. */
  readonly folders: readonly string[];
  /** Why no file is read and no model asked, as a sentence; absent in a trusted folder. */
  readonly blocked: string | undefined;
  readonly model: () => ModelStatus;
  /** The names that the configured endpoint offers. Throws DuckError. */
  readonly listModels: (signal: AbortSignal) => Promise<readonly string[]>;
  readonly index: () => IndexStatus;
  /** Absent where nothing is kept. */
  readonly store: (() => Promise<StoreStatus>) | undefined;
  readonly memory: (signal: AbortSignal) => Promise<MemoryOverview>;
}
