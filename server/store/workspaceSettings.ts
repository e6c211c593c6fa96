import { join } from "node:path";
import { z } from "zod";
import { JsonFile } from "./jsonFile.ts";
import type { DerivedPlace } from "./keptList.ts";

/** What a workspace remembers of its user's wishes, in every editor and in the terminal. What is not said is as it is first. */
export interface WorkspaceSettings {
  /** The code is not read until it is told to go on. */
  readonly indexPaused?: boolean;
}

export function workspaceSettings({ fs, keys, folder, logger }: DerivedPlace): JsonFile<WorkspaceSettings> {
  return new JsonFile<WorkspaceSettings>({
    fs,
    keys,
    path: join(folder, "derived", "settings.bin"),
    quarantine: join(folder, "quarantine"),
    purpose: "settings",
    schema: z.object({ indexPaused: z.boolean().optional() }),
    version: 1,
    empty: {},
    logger,
  });
}
