import { after, beforeEach } from "node:test";
import { preload } from "../../server/llm/openai.ts";
import { type ModelServer, startModelServer } from "./modelServer.ts";

/** A model server for a file of tests; each begins with its usual answer. */
export async function useModelServer(): Promise<ModelServer> {
  await preload();
  const server = await startModelServer();
  beforeEach(() => server.reply());
  after(() => server.close());
  return server;
}
