import { SALT_BYTES } from "./crypto.ts";
import type { StoreKeys } from "./storeKeys.ts";

/** Where a worker keeps what it derives, and the key for it alone. Handed to the worker, so it is plain data. */
export interface SavedPlace {
  /** Absolute: what is derived of one workspace. */
  readonly folder: string;
  readonly storeId: string;
  /** 32 bytes, of which the worker derives those of its files. It says nothing about any other key of the store. */
  readonly key: Uint8Array;
}

export function savedPlace(keys: StoreKeys, folder: string, worker: "code index" | "memory"): SavedPlace {
  return { folder, storeId: keys.storeId, key: keys.derive(Buffer.alloc(SALT_BYTES), `${worker} worker`) };
}
