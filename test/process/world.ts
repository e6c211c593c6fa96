import { afterEach, beforeEach } from "node:test";
import type { ModelConfiguration } from "../../server/protocol/requests.ts";
import { type ModelServer, startModelServer } from "../fakes/modelServer.ts";
import { ServerProcess, type StartOptions, type TemporaryWorkspace, temporaryWorkspace } from "./serverProcess.ts";

type Where = Pick<TemporaryWorkspace, "folder" | "storePath">;

const opened: (() => unknown)[] = [];

/** What a test has opened on its world ends after it, before the folder goes: whoever still writes there keeps it from going. */
export function endAfterTest(end: () => unknown): void {
  opened.push(end);
}

/** What every test of this folder has anew: a workspace with a store, and a model endpoint. */
export interface World {
  readonly models: ModelServer;
  readonly workspace: TemporaryWorkspace;
  /** A server on the workspace; ended after the test. */
  start(model?: ModelConfiguration, options?: StartOptions): Promise<ServerProcess>;
  /** The same on another workspace. */
  startAt(workspace: Where, model?: ModelConfiguration, options?: StartOptions): Promise<ServerProcess>;
  /** Names the endpoint, as settings would. */
  configured(): ModelConfiguration & { baseUrl: string };
}

export function useWorld(): World {
  const started = new Set<ServerProcess>();
  let models: ModelServer;
  let workspace: TemporaryWorkspace;

  beforeEach(async () => {
    models = await startModelServer();
    workspace = await temporaryWorkspace();
  });
  afterEach(async () => {
    for (const end of opened.splice(0)) await end();
    for (const server of started) await server.kill();
    started.clear();
    await models.close();
    await workspace.dispose();
  });
  const startAt: World["startAt"] = async (where, model, options) => {
    const server = await ServerProcess.start(where, model, options);
    started.add(server);
    return server;
  };
  return {
    get models() {
      return models;
    },
    get workspace() {
      return workspace;
    },
    start: (model, options) => startAt(workspace, model, options),
    startAt,
    configured: () => ({ baseUrl: models.baseUrl, name: "test-model" }),
  };
}
