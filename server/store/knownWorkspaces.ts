import { join } from "node:path";
import { z } from "zod";
import type { Log } from "../util/log.ts";
import type { FileSystem } from "./fileSystem.ts";
import { JsonFile } from "./jsonFile.ts";
import type { StoreKeys } from "./storeKeys.ts";

/** A set of folders that somebody has opened, and what it is called in the store. */
export interface KnownWorkspace {
  /** 32 hex digits: the name of its folder. Says nothing about the workspace. */
  readonly id: string;
  /** Where it was seen last: real paths, sorted. */
  readonly folders: readonly string[];
  /** A window in restricted mode shares nothing with others. */
  readonly restricted: boolean;
  /** Which repositories they are, sorted; empty when one is in none. Absent: git was not asked yet. */
  readonly git?: readonly string[];
}

export interface StorePlace {
  readonly fs: FileSystem;
  readonly keys: StoreKeys;
  /** The store's folder. */
  readonly path: string;
  readonly logger: Log;
}

/** All workspaces of a store. */
export function workspacesFile({ path, ...place }: StorePlace): JsonFile<readonly KnownWorkspace[]> {
  return new JsonFile<readonly KnownWorkspace[]>({
    ...place,
    path: join(path, "workspaces.bin"),
    quarantine: join(path, "quarantine"),
    purpose: "workspaces",
    schema: z.array(Workspace).readonly(),
    version: 1,
    empty: [],
  });
}

/** What a workspace is, once more beside its data: should the file of all be damaged, it is found again. Null: not known. */
export function workspaceFile({ path, ...place }: StorePlace, id: string): JsonFile<KnownWorkspace | null> {
  return new JsonFile<KnownWorkspace | null>({
    ...place,
    path: join(path, id, "workspace.bin"),
    quarantine: join(path, id, "quarantine"),
    purpose: "workspace",
    schema: Workspace.nullable(),
    version: 1,
    empty: null,
  });
}

export const WORKSPACE_ID = /^[0-9a-f]{32}$/;

const Workspace: z.ZodType<KnownWorkspace> = z.object({
  id: z.string().regex(WORKSPACE_ID),
  folders: z.array(z.string()).readonly(),
  restricted: z.boolean(),
  git: z.array(z.string()).readonly().optional(),
});
