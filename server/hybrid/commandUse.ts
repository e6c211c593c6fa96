import type { Settings } from "../store/settings.ts";
import type { CommandsUsed } from "../store/workspaceSettings.ts";
import type { Clock } from "../util/clock.ts";
import { Lately } from "../util/lately.ts";

/** Names that are kept; those that were not used for longest are dropped. */
const MAX_KEPT = 100;
/** Another window may have used some. */
const READ_AGAIN_MS = 5_000;

/** Which commands were used in this workspace, how often and when last; nothing of what was asked with them. */
export class CommandUse {
  readonly #settings: Pick<Settings, "read" | "change">;
  readonly #clock: Clock;
  readonly #kept: Lately<CommandsUsed>;
  /** What was used in this process: it counts before it is written. */
  #noted: CommandsUsed = {};

  constructor(settings: Pick<Settings, "read" | "change">, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    const read = async () => (await settings.read()).commandsUsed ?? {};
    this.#kept = new Lately(read, { unknown: {}, maxAgeMs: READ_AGAIN_MS, clock });
  }

  async note(name: string): Promise<void> {
    const at = this.#clock.now().toISOString();
    this.#noted = counted(this.#noted, name, at);
    await this.#settings.change((known) => ({ ...known, commandsUsed: counted(known.commandsUsed ?? {}, name, at) }));
  }

  async read(): Promise<CommandsUsed> {
    const kept = await this.#kept.first();
    const newer = Object.entries(this.#noted).filter(([name, { lastAt }]) => lastAt > (kept[name]?.lastAt ?? ""));
    return { ...kept, ...Object.fromEntries(newer) };
  }
}

function counted(used: CommandsUsed, name: string, at: string): CommandsUsed {
  const entries = Object.entries({ ...used, [name]: { count: (used[name]?.count ?? 0) + 1, lastAt: at } });
  entries.sort(([, a], [, b]) => (a.lastAt < b.lastAt ? 1 : -1));
  return Object.fromEntries(entries.slice(0, MAX_KEPT));
}
