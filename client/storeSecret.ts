import type * as vscode from "vscode";
import type { OsSecret } from "../server/protocol/store.ts";
import { storedSecret } from "./storedSecret.ts";

/** The system's keyring may ask its user first: the server does not wait for longer than this. */
const WAIT_MS = 3000;

/** One secret for all stores of this profile: the server wraps their keys under it. */
export class StoreSecret {
  readonly #storage: vscode.SecretStorage;
  #asked: Promise<string | undefined> | undefined;
  #isLate = false;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  /** Undefined where nothing can be kept secret. */
  known(): Promise<string | undefined> {
    this.#asked ??= storedSecret(this.#storage, "rubberduck.store");
    return this.#asked;
  }

  /** The server that was started last does not have it yet. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** For the start of a server, which is told when the secret is still to come. */
  async soon(): Promise<OsSecret | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), WAIT_MS);
    });
    const secret = await Promise.race([this.known(), late]).finally(() => clearTimeout(timer));
    this.#isLate = secret === "late";
    return secret;
  }
}
