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
