import { causeOf } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import type { JsonFile } from "./jsonFile.ts";
import type { WorkspaceSettings } from "./workspaceSettings.ts";

/**
 * The settings of the open workspace. While the store cannot be read or written they are those of this process, and what was
 * changed meanwhile ends with it.
 */
export class Settings {
  readonly #file: (() => Promise<JsonFile<WorkspaceSettings>>) | undefined;
  readonly #logger: Log;
  #unkept: WorkspaceSettings = {};

  /** @param file throws while the store is locked; undefined when nothing is kept. */
  constructor(file: (() => Promise<JsonFile<WorkspaceSettings>>) | undefined, logger: Log) {
    this.#file = file;
    this.#logger = logger;
  }

  async read(): Promise<WorkspaceSettings> {
    try {
      return { ...(await (await this.#file?.())?.read()), ...this.#unkept };
    } catch (error) {
      this.#logger.warn(`the workspace's settings could not be read: ${causeOf(error)}`);
      return this.#unkept;
    }
  }

  /** @param change called again when another process was quicker; must not change its argument. */
  async change(change: (settings: WorkspaceSettings) => WorkspaceSettings): Promise<void> {
    const file = this.#file;
    if (file === undefined) {
      this.#unkept = change(this.#unkept);
      return;
    }
    try {
      await (await file()).update((kept) => change({ ...kept, ...this.#unkept }));
      this.#unkept = {};
    } catch (error) {
      this.#logger.warn(`a setting of the workspace holds until this window is closed: ${causeOf(error)}`);
      this.#unkept = change(this.#unkept);
    }
  }
}
