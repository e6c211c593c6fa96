import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelConfiguration } from "../../server/protocol/requests.ts";
import { ServerProcess, type StartOptions, temporaryWorkspace } from "./serverProcess.ts";

/**
 * How to start very many servers: without code to read, and with what Node compiled of the first one, which ends in good
 * order and so writes it down; one that is killed does not.
 */
export async function quickStarts(
  model: ModelConfiguration,
): Promise<{ options: StartOptions; dispose(): Promise<void> }> {
  const cache = await mkdtemp(join(tmpdir(), "duck-"));
  const workspace = await temporaryWorkspace();
  const options: StartOptions = { hasFolder: false, env: { NODE_COMPILE_CACHE: cache } };
  const server = await ServerProcess.start(workspace, model, options);
  await server.send("hello").result;
  server.leave();
  await server.exited;
  await workspace.dispose();
  return { options, dispose: () => rm(cache, { recursive: true, force: true }) };
}
