import { join } from "node:path";
import { z } from "zod";
import { JsonFile } from "./jsonFile.ts";
import type { DerivedPlace } from "./keptList.ts";

/** What a workspace remembers of its user's wishes, in every editor and in the terminal. What is not said is as it is first. */
export interface WorkspaceSettings {
  /** The code is not read until it is told to go on. */
  readonly indexPaused?: boolean;
  /** The commands that were used here, by their names. */
  readonly commandsUsed?: CommandsUsed;
}

export type CommandsUsed = Readonly<Record<string, CommandUsed>>;

export interface CommandUsed {
  readonly count: number;
  /** ISO 8601. */
  readonly lastAt: string;
}

export function workspaceSettings({ fs, keys, folder, logger }: DerivedPlace): JsonFile<WorkspaceSettings> {
  return new JsonFile<WorkspaceSettings>({
    fs,
    keys,
    path: join(folder, "derived", "settings.bin"),
    quarantine: join(folder, "quarantine"),
    purpose: "settings",
    schema: z.object({
      indexPaused: z.boolean().optional(),
      commandsUsed: z.record(z.string(), z.object({ count: z.int().min(1), lastAt: z.string() })).optional(),
    }),
    version: 1,
    empty: {},
    logger,
  });
}
