/**
 * What the panel leaves with its host is written to disk as it is, by an editor as well as by a browser. So it is left sealed:
 * AES-256-GCM under a key that the host gives to the page and keeps where it keeps secrets.
 */
export class SealedState {
  readonly #key: CryptoKey | undefined;

  private constructor(key: CryptoKey | undefined) {
    this.#key = key;
  }

  /** @param key 32 bytes in base64. Without one nothing is sealed, and nothing opens. */
  static async open(key: string | undefined): Promise<SealedState> {
    // A page that did not come over a secure connection has no cryptography.
    if (key === undefined || globalThis.crypto?.subtle === undefined) return new SealedState(undefined);
    return new SealedState(
      await crypto.subtle.importKey("raw", bytesOf(key), "AES-GCM", false, ["encrypt", "decrypt"]),
    );
  }

  /** Base64 of nonce (12 bytes), ciphertext and tag; undefined when there is no key. */
  async seal(value: unknown): Promise<string | undefined> {
    if (this.#key === undefined) return undefined;
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const plaintext = new TextEncoder().encode(JSON.stringify(value));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, plaintext));
    return base64Of(iv) + base64Of(sealed);
  }

  /** Undefined for what was not sealed with this key. */
  async unseal(sealed: string): Promise<unknown> {
    if (this.#key === undefined) return undefined;
    try {
      const bytes = bytesOf(sealed);
      const iv = bytes.subarray(0, NONCE_BYTES);
      const plaintext = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.#key, bytes.subarray(NONCE_BYTES));
      return JSON.parse(new TextDecoder().decode(plaintext));
    } catch {
      return undefined;
    }
  }
}

/** A multiple of three, so that its base64 needs no padding and another may follow. */
const NONCE_BYTES = 12;

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
