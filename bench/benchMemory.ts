import { join } from "node:path";
import type { EmbedderConfiguration } from "../server/llm/embedder.ts";
import type { Memory } from "../server/memory/memory.ts";
import { createMemory } from "../server/memoryServices.ts";
import { RecallMeter } from "../server/telemetry/recallMeter.ts";
import { type Clock, systemClock } from "../server/util/clock.ts";
import { silentLog } from "../server/util/log.ts";
import { Setting } from "../server/util/setting.ts";
import type { BenchStore } from "./benchStore.ts";

export interface BenchMemoryOptions {
  readonly embedder: EmbedderConfiguration;
  /** Of the embedder that is built in. Default: where the build puts it. */
  readonly modelFolder?: string;
  readonly clock?: Clock;
}

const NO_CODE = { read: async () => undefined, symbolText: async () => undefined, named: async () => [] };

/** The memory of a store's workspace as services.ts makes it, without code and without a model to learn by. */
export function memoryOn(store: BenchStore, options: BenchMemoryOptions): Memory {
  const { fs, keys, folder, logger } = store;
  const { embedder, modelFolder = join("dist", "embedder"), clock = systemClock } = options;
  let ids = 0;
  return createMemory(
    {
      workerUrl: new URL("../server/memory/worker/memoryWorker.ts", import.meta.url),
      modelFolder,
      embedder: new Setting(embedder),
      branch: async () => undefined,
      code: NO_CODE,
      label: (path) => path,
      onDidChangeFiles: () => () => {},
      modelFor: () => undefined,
      mayAsk: () => true,
      shortTerm: () => ({ held: 0, capacity: 200 }),
      recalls: new RecallMeter(),
      newId: () => `m${++ids}`,
      clock,
      logger: silentLog,
    },
    {
      place: { fs, keys, folder, logger },
      storePath: folder,
      fence: { epoch: 1, isSuperseded: async () => false },
      isHurried: false,
      logs: store.logs(),
      conversations: () => ({ forget: async () => {}, unforget: async () => {} }),
    },
  );
}
