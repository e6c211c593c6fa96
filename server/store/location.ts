import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where conversations are kept unless `rubberduck.store.path` says otherwise: the same place for every editor and the
 * terminal, never inside a repository.
 */
export function defaultStorePath(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "rubberduck");
  if (platform === "darwin") return join(homedir(), "Library", "Application Support", "rubberduck");
  return join(env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "rubberduck");
}

/** Where key files are kept: in the user's configuration, never in a store. */
export function defaultKeyFolder(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  const roaming = env.APPDATA ?? join(homedir(), "AppData", "Roaming");
  const configuration = platform === "win32" ? roaming : (env.XDG_CONFIG_HOME ?? join(homedir(), ".config"));
  return join(configuration, "rubberduck", "keys");
}

/**
 * The name of a workspace's folder in the store. The same folders are the same workspace, in whatever order they are open. A
 * window in restricted mode shares nothing with others: they may read files and ask models, and it may not.
 */
export function workspaceKey(folders: readonly string[], trusted: boolean): string {
  return createHash("sha256")
    .update(
      [...folders]
        .sort()
        .concat(trusted ? [] : ["restricted"])
        .join("\n"),
    )
    .digest("hex")
    .slice(0, 24);
}

/** In a workspace's folder: the log of what is remembered of it. */
export const MEMORY_LOG = "memory";
/** In the store: what the user wants remembered in all workspaces. */
export const USER_MEMORY = "user/memory";
