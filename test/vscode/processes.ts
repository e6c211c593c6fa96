import { readdirSync, readFileSync } from "node:fs";
import { until } from "./until.ts";

/** In the environment of everything an editor under test starts, so that its processes can be told from all others. */
export const MARKER = "RUBBERDUCK_TEST_ID";

/** The language servers that the editor with this marker has started. */
export function languageServers(marker: string): number[] {
  return marked(marker).filter((pid) => read(pid, "cmdline").replaceAll("\\", "/").includes("dist/server.js"));
}

/** Ends everything that still carries the marker, and waits until it is gone. */
export async function endMarked(marker: string): Promise<void> {
  await until(
    () => {
      const pids = marked(marker);
      for (const pid of pids) end(pid);
      return pids.length === 0;
    },
    `the processes of editor ${marker} to end`,
    10_000,
  );
}

function marked(marker: string): number[] {
  if (process.platform !== "linux") throw new Error("Finding an editor's processes needs /proc, which only Linux has.");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => read(pid, "environ").split("\0").includes(`${MARKER}=${marker}`));
}

function read(pid: number, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}
