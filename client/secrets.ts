import type * as vscode from "vscode";

/** API keys in VS Code's secret storage, one for each endpoint, so that a key never reaches another host. */
export class Keys {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  readonly onDidChange = (listener: () => void): vscode.Disposable => this.#storage.onDidChange(listener);

  async get(baseUrl: string): Promise<string | undefined> {
    const name = nameOf(baseUrl);
    return name === undefined ? undefined : this.#storage.get(name);
  }

  /** An empty key deletes it. */
  async set(baseUrl: string, key: string): Promise<void> {
    const name = nameOf(baseUrl);
    if (name === undefined) return;
    if (key === "") await this.#storage.delete(name);
    else await this.#storage.store(name, key);
  }
}

function nameOf(baseUrl: string): string | undefined {
  return URL.canParse(baseUrl) ? `rubberduck.key:${new URL(baseUrl).origin}` : undefined;
}
