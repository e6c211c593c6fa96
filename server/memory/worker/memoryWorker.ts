import { parentPort, workerData } from "node:worker_threads";
import { nodeFileSystem } from "../../store/nodeFileSystem.ts";
import { systemClock } from "../../util/clock.ts";
import { causeOf } from "../../util/errors.ts";
import { consolidate } from "../consolidation.ts";
import { IndexedMemory } from "./indexedMemory.ts";
import type { Asked, FromMemoryWorker, MemoryWorkerData } from "./memoryMessages.ts";

/** The thread that holds what can be recalled, and the embedder. */
function main(port: NonNullable<typeof parentPort>, data: MemoryWorkerData): void {
  const send = (message: FromMemoryWorker) => port.postMessage(message);
  const memory = new IndexedMemory({
    ...data,
    fs: nodeFileSystem,
    clock: systemClock,
    onStatus: (status) => send({ type: "status", status }),
    onKept: (upTo) => send({ type: "kept", upTo }),
    onTrouble: (error) => send({ type: "notKept", why: causeOf(error) }),
  });
  // A failure here is a bug: unhandled, it ends the worker and reaches MemoryIndex as its crash.
  const started = memory.start();
  port.on("message", (asked: Asked) => {
    void started
      .then(() => answer(memory, asked))
      .then(
        (value) => send({ type: "answer", id: asked.id, value }),
        (error) => send({ type: "failed", id: asked.id, error }),
      );
  });
}

/** Changes are done in the order in which they come, before anything else is asked. */
function answer(memory: IndexedMemory, { id, kind, params }: Asked): unknown {
  switch (kind) {
    case "change":
      return memory.change(id, params);
    case "known":
      return memory.known();
    case "recall":
      return memory.recall(params);
    case "texts":
      return memory.texts(params);
    case "consolidate":
      return consolidate(params.memories, params.input);
    case "episodes":
      return memory.episodes;
    case "flush":
      return memory.flush();
    case "purge":
      return memory.purge();
    case "configure":
      return memory.configure(params);
  }
}

if (parentPort) main(parentPort, workerData);
