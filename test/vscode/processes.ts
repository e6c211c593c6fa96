import { readdirSync, readFileSync, rmSync } from "node:fs";
import { until } from "./until.ts";

/** In the environment of everything an editor under test starts, so that its processes can be told from all others. */
export const MARKER = "RUBBERDUCK_TEST_ID";

/** The language servers that the editor with this marker has started. */
export function languageServers(marker: string): number[] {
  return marked(marker).filter((pid) => read(pid, "cmdline").replaceAll("\\", "/").includes("dist/server.js"));
}

/** The processes in which that editor runs extensions: one a window. */
export function extensionHosts(marker: string): number[] {
  return marked(marker).filter((pid) => read(pid, "cmdline").includes("--type=extensionHost"));
}

/** Ends everything that still carries the marker, and waits until it is gone. */
export async function endMarked(marker: string): Promise<void> {
  await until(() => killMarked(marker) === 0, `the processes of editor ${marker} to end`, 10_000);
}

/** A test process that breaks off, or is stopped, leaves no VS Code and no profile behind. Answers how to take that back. */
export function endMarkedWithUs(marker: string, profile: string): () => void {
  const onExit = (): void => {
    killMarked(marker);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  const onSignal = (): never => process.exit(130);
  process.on("exit", onExit);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    process.off("exit", onExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Answers how many there were. */
function killMarked(marker: string): number {
  const pids = marked(marker);
  for (const pid of pids) end(pid);
  return pids.length;
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
