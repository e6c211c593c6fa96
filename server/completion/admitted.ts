import { DuckError } from "../util/errors.ts";
import { isSecretFile } from "../workspace/secretFiles.ts";

const MOST_KNOWN = 500;

/** In which documents something is suggested. Asked once for each until files change: a keystroke does not wait for the disk. */
export class Admitted {
  readonly #find: (path: string) => Promise<unknown>;
  readonly #known = new Map<string, Promise<string | undefined>>();

  /** `find` throws DuckError for a file that may not be looked at. */
  constructor(find: (path: string) => Promise<unknown>) {
    this.#find = find;
  }

  /** Why nothing is suggested there, as a sentence. */
  obstacle(path: string | undefined): Promise<string | undefined> | undefined {
    if (path === undefined) return undefined;
    let known = this.#known.get(path);
    if (known === undefined) {
      if (this.#known.size > MOST_KNOWN) this.#known.clear();
      known = isSecretFile(path) ? Promise.resolve(SECRET) : this.#look(path);
      this.#known.set(path, known);
    }
    return known;
  }

  forget(): void {
    this.#known.clear();
  }

  async #look(path: string): Promise<string | undefined> {
    try {
      await this.#find(path);
      return undefined;
    } catch (error) {
      if (!(error instanceof DuckError)) return "The file cannot be read.";
      return error.code === "notFound" ? undefined : `None here: ${error.message}`;
    }
  }
}

const SECRET = "None here: such a file holds keys or passwords.";
