import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Findings } from "./findings.ts";

export interface AnalysisWorkerData {
  /** Folder of tree-sitter's .wasm files. */
  readonly grammars: string;
}

export type AnalysisQuestion =
  | { readonly type: "add"; readonly label: string; readonly text: string }
  | { readonly type: "conclude" };

/** One for each question, in their order. */
export type AnalysisAnswer = { readonly type: "added" } | { readonly type: "findings"; readonly findings: Findings };

export interface AnalysedFile {
  readonly label: string;
  readonly text: string;
}

const MAX_HEAP_MB = 1024;

/** Analyses code in a thread of its own, which ends with it. */
export class CodeAnalysis {
  readonly #workerUrl: URL;
  readonly #grammars: string;

  /** @param workerUrl analysisWorker.ts, or what it was bundled to. */
  constructor(workerUrl: URL, grammars: string) {
    this.#workerUrl = workerUrl;
    this.#grammars = grammars;
  }

  /** @param onFile called after each file. Throws the signal's reason when it aborts. */
  async analyse(files: AsyncIterable<AnalysedFile>, onFile: () => void, signal: AbortSignal): Promise<Findings> {
    signal.throwIfAborted();
    const workerData: AnalysisWorkerData = { grammars: this.#grammars };
    const resourceLimits = { maxOldGenerationSizeMb: MAX_HEAP_MB };
    const worker = new Worker(this.#workerUrl, { workerData, resourceLimits, name: "analysis" });
    const ended = once(worker, "exit", { signal }).then(() =>
      Promise.reject(new Error("The analysis ended too early.")),
    );
    ended.catch(() => {});
    const ask = async (question: AnalysisQuestion): Promise<AnalysisAnswer> => {
      const answer = once(worker, "message", { signal });
      worker.postMessage(question);
      const [value] = await Promise.race([answer, ended]);
      return value;
    };
    try {
      for await (const { label, text } of files) {
        await ask({ type: "add", label, text });
        onFile();
      }
      const answer = await ask({ type: "conclude" });
      if (answer.type !== "findings") throw new Error("The analysis answered something else.");
      return answer.findings;
    } finally {
      await worker.terminate();
    }
  }
}
