import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../util/clock.ts";
import { Indexer } from "./indexer.ts";
import type { FromIndexWorker, IndexWorkerData, ToIndexWorker } from "./indexMessages.ts";
import { SyntaxTrees } from "./syntaxTrees.ts";

/** The thread that holds the code index. It starts to read at once and sleeps when nothing changes. */
function main(port: NonNullable<typeof parentPort>, data: IndexWorkerData): void {
  const send = (message: FromIndexWorker) => port.postMessage(message);
  const indexer = new Indexer({
    ...data,
    clock: systemClock,
    report: (status) => send({ type: "status", status }),
    onSettled: (files) => send({ type: "settled", files }),
  });

  let trees: SyntaxTrees | undefined;
  const errorsIn = async (label: string, text: string) => {
    if (data.grammars === undefined) return undefined;
    trees ??= new SyntaxTrees(data.grammars);
    return trees.errors(label, text).catch(() => undefined);
  };
  port.on("message", (message: ToIndexWorker) => {
    switch (message.type) {
      case "changed":
        indexer.changed(message.paths);
        break;
      case "search":
        void indexer.search(message).then(
          (hits) => send({ type: "hits", id: message.id, hits }),
          (error: Error) => send({ type: "searchFailed", id: message.id, error }),
        );
        break;
      case "check":
        void errorsIn(message.label, message.text).then((lines) => send({ type: "checked", id: message.id, lines }));
        break;
      case "keep":
        indexer.keepIn(message.place);
        break;
      case "pause":
        indexer.pause(message.paused);
        break;
      case "rebuild":
        void indexer.rebuild();
        break;
      default:
        message satisfies never;
    }
  });
  // A failure here is a bug: unhandled, it ends the worker and reaches CodeIndex as its crash.
  void indexer.start();
}

if (parentPort) main(parentPort, workerData);
