import { setTimeout } from "node:timers/promises";
import { ServerProcess, temporaryWorkspace } from "../test/process/serverProcess.ts";
import { nowMs, timed, waitFor } from "./clock.ts";

export interface Idle {
  readonly residentBytes: number;
  /** CPU, user and system, of all its threads in {@link IDLE_MS}. */
  readonly cpuMs: number;
}

/** How long a server is left alone before it is asked what that took. */
export const IDLE_MS = 5000;
/** What loading has left to do, and its garbage, are gone by then. */
const SETTLE_MS = 3000;

/** fork → `initialize` answered, in ms, of the built server on a small folder. */
export async function readyMs(): Promise<number> {
  const workspace = await temporaryWorkspace();
  let server: ServerProcess | undefined;
  try {
    return await timed(async () => {
      server = await ServerProcess.start(workspace);
    });
  } finally {
    await server?.kill();
    await workspace.dispose();
  }
}

/** An idle server on `folder`: nobody uses it, or its panel is open, the code is indexed and no model is configured. */
export async function idle(folder: string, use: "nobody" | "panel"): Promise<Idle> {
  return withServer(folder, async (server) => {
    if (use === "panel") {
      await server.follow().until(({ caughtUp }) => caughtUp, "the empty conversation");
      await indexed(server);
    }
    await setTimeout(SETTLE_MS);
    const { residentBytes, cpuMs } = await server.request("rubberduck/server/info", {});
    await setTimeout(IDLE_MS);
    const after = await server.request("rubberduck/server/info", {});
    return { residentBytes, cpuMs: after.cpuMs - cpuMs };
  });
}

/** The first answer about `folder` without a model, in ms from fork: nothing has been read before. */
export async function firstAnswer(folder: string): Promise<{ firstTextMs: number; doneMs: number }> {
  const startedMs = nowMs();
  return withServer(folder, async (server) => {
    let firstTextMs = Number.NaN;
    const onText = () => {
      if (Number.isNaN(firstTextMs)) firstTextMs = nowMs() - startedMs;
    };
    const { result } = server.send("Where is a message accepted and answered?", {}, ({ type }) => {
      if (type === "text") onText();
    });
    await result;
    return { firstTextMs, doneMs: nowMs() - startedMs };
  });
}

export async function indexed(server: ServerProcess): Promise<void> {
  const isReady = async () => (await server.request("rubberduck/index/status", {})).state === "ready";
  await waitFor(isReady, "the code index");
}

async function withServer<T>(folder: string, use: (server: ServerProcess) => Promise<T>): Promise<T> {
  const { storePath, dispose } = await temporaryWorkspace({});
  const server = await ServerProcess.start({ folder, storePath });
  try {
    return await use(server);
  } finally {
    await server.kill();
    await dispose();
  }
}
