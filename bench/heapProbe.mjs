// Loaded into a process that is measured, which was started with --expose-gc and ipc: tells what it uses when it is asked.
import { readdirSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

// Its workers load this, too.
if (isMainThread) {
  process.on("message", () => {
    for (let times = 0; times < 3; times++) globalThis.gc();
    const { user, system } = process.cpuUsage();
    process.send({
      heapUsed: process.memoryUsage().heapUsed,
      rss: process.memoryUsage().rss,
      cpuMs: (user + system) / 1000,
      descriptors: descriptors(),
      timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    });
  });
  // The probe alone keeps nothing alive.
  process.channel.unref();
}

/** Open files and sockets, where the system tells. */
function descriptors() {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return 0;
  }
}
