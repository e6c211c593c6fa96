import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { nowMs } from "./clock.ts";

/** What a process that does nothing but answer costs: the floor for any server in a process of its own. */
export interface BareNode {
  /** fork → first answer over ipc. */
  readonly readyMs: number;
  readonly residentBytes: number;
  /** CPU, user and system, in `idleMs` after the first answer. */
  readonly idleCpuMs: number;
}

const ANSWER = `process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send({ residentBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 });
})`;

export async function bareNode(idleMs: number): Promise<BareNode> {
  const startedMs = nowMs();
  const child = spawn(process.execPath, ["-e", ANSWER], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ask = async (): Promise<{ residentBytes: number; cpuMs: number }> => {
    child.send("");
    const [answer] = await once(child, "message");
    return answer;
  };
  try {
    const { cpuMs } = await ask();
    const readyMs = nowMs() - startedMs;
    await setTimeout(idleMs);
    const after = await ask();
    return { readyMs, residentBytes: after.residentBytes, idleCpuMs: after.cpuMs - cpuMs };
  } finally {
    child.kill();
  }
}
