import { parentPort, workerData } from "node:worker_threads";
import { SyntaxTrees } from "../syntaxTrees.ts";
import { Analysis } from "./analysis.ts";
import type { AnalysisAnswer, AnalysisQuestion, AnalysisWorkerData } from "./codeAnalysis.ts";

/** The thread that analyses code: it is given the files, then asked for what it found, then it ends. */
function main(port: NonNullable<typeof parentPort>, { grammars }: AnalysisWorkerData): void {
  const analysis = new Analysis(new SyntaxTrees(grammars));
  const answer = (value: AnalysisAnswer) => port.postMessage(value);
  port.on("message", (question: AnalysisQuestion) => {
    if (question.type === "conclude") answer({ type: "findings", findings: analysis.findings() });
    else void analysis.add(question.label, question.text).then(() => answer({ type: "added" }));
  });
}

if (parentPort) main(parentPort, workerData);
