import type { RefusedWrite, WorkspaceFiles } from "../../server/edits/workspaceFiles.ts";
import type { EditorFile, FileWrite } from "../../server/protocol/editor.ts";

/** Files in memory, with what a test has to know: what was written as one step, and files that cannot be. */
export class MemoryFiles implements WorkspaceFiles {
  readonly texts = new Map<string, string>();
  readonly steps: string[] = [];
  readonly refused = new Map<string, string>();
  /** How often somebody began to write and crashed. */
  crashes = 0;
  #isCrashed = false;

  constructor(texts: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(texts)) this.texts.set(path, text);
  }

  /** Who writes now has crashed: nothing is written, and nobody is answered. */
  crash(): void {
    this.#isCrashed = true;
  }

  /** Somebody else is at work. */
  restart(): void {
    this.#isCrashed = false;
  }

  async read(path: string): Promise<EditorFile> {
    const refused = this.refused.get(path);
    return { text: this.texts.get(path) ?? null, ...(refused !== undefined && { refused }) };
  }

  async write(title: string, files: readonly FileWrite[]): Promise<readonly RefusedWrite[]> {
    if (this.#isCrashed) {
      this.crashes++;
      return new Promise(() => {});
    }
    const stale = files.filter(({ path, before }) => (this.texts.get(path) ?? null) !== before);
    if (stale.length > 0) return stale.map(({ path }) => ({ path, why: "It was changed meanwhile." }));
    this.steps.push(title);
    for (const { path, after } of files) {
      if (after === null) this.texts.delete(path);
      else this.texts.set(path, after);
    }
    return [];
  }
}
