import * as vscode from "vscode";
import type { OsSecret, OsSecretAtStart } from "../server/protocol/store.ts";
import { storedSecret } from "./storedSecret.ts";

/** The system's keyring may ask its user first: the server does not wait for longer than this. */
const WAIT_MS = 3000;

/** In which session of the editor the secret was made. */
const MADE_IN = "rubberduck.storeSecretMadeIn";

/** One secret for all stores of this profile: the server wraps their keys under it. */
export class StoreSecret {
  readonly #storage: vscode.SecretStorage;
  readonly #memory: vscode.Memento;
  #asked: Promise<OsSecret | undefined> | undefined;
  #isLate = false;

  /** @param memory survives the editor, whatever the storage does. */
  constructor(storage: vscode.SecretStorage, memory: vscode.Memento) {
    this.#storage = storage;
    this.#memory = memory;
  }

  /** Undefined where nothing can be kept secret. */
  known(): Promise<OsSecret | undefined> {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  /** The server that was started last does not have it yet. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** For the start of a server, which is told when the secret is still to come. */
  async soon(): Promise<OsSecretAtStart | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), WAIT_MS);
    });
    const secret = await Promise.race([this.known(), late]).finally(() => clearTimeout(timer));
    this.#isLate = secret === "late";
    return secret;
  }

  /**
   * A storage that is only memory shows by what it has forgotten at the next start of the editor. A new extension host is
   * no new start; without telemetry VS Code's session has no name, so the process above this one counts as well.
   */
  async #ask(): Promise<OsSecret | undefined> {
    const { secret, isNew } = await storedSecret(this.#storage, "rubberduck.store");
    if (secret === undefined) return undefined;
    const session = `${vscode.env.sessionId} ${process.ppid}`;
    if (isNew) await this.#memory.update(MADE_IN, session);
    return { secret, lasts: !isNew && this.#memory.get(MADE_IN) !== session };
  }
}
