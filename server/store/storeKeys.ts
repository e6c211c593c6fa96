import { deriveKey, type Key } from "./crypto.ts";

/**
 * What an unlocked store gives to those who keep data in it; the root key itself stays with the keyring. Each purpose and
 * salt has a key of its own.
 */
export interface StoreKeys {
  /** Hex, 32 characters: the store's identity, bound into everything that is sealed. */
  readonly storeId: string;
  /** HKDF-SHA-256 of the root key. */
  derive(salt: Uint8Array, purpose: string): Key;
}

/** @param root 32 bytes. */
export function keysOf(storeId: string, root: Key): StoreKeys {
  return { storeId, derive: (salt, purpose) => deriveKey(root, salt, purpose) };
}
