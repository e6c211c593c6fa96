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
  /** Changes that could not be written, or are not to be, in their order. */
  #unkept: readonly Change[] = [];

  /** @param file throws while the store is locked; undefined when nothing is kept. */
  constructor(file: (() => Promise<JsonFile<WorkspaceSettings>>) | undefined, logger: Log) {
    this.#file = file;
    this.#logger = logger;
  }

  async read(): Promise<WorkspaceSettings> {
    return changed(await this.#kept(), this.#unkept);
  }

  /** @param change called again when another process was quicker; must not change its argument. */
  async change(change: Change): Promise<void> {
    const file = this.#file;
    const written = this.#unkept;
    try {
      if (file === undefined) {
        this.#unkept = [...written, change];
        return;
      }
      await (await file()).update((kept) => change(changed(kept, written)));
      this.#unkept = this.#unkept.filter((one) => !written.includes(one));
    } catch (error) {
      this.#logger.warn(`a setting of the workspace holds until this window is closed: ${causeOf(error)}`);
      this.#unkept = [...this.#unkept, change];
    }
  }

  async #kept(): Promise<WorkspaceSettings> {
    try {
      return (await (await this.#file?.())?.read()) ?? {};
    } catch (error) {
      this.#logger.warn(`the workspace's settings could not be read: ${causeOf(error)}`);
      return {};
    }
  }
}

type Change = (settings: WorkspaceSettings) => WorkspaceSettings;

function changed(kept: WorkspaceSettings, changes: readonly Change[]): WorkspaceSettings {
  return changes.reduce((settings, change) => change(settings), kept);
}
