import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Suggester } from "../server/hybrid/suggester.ts";
import { codeActionsFor } from "../server/language/codeActions.ts";
import { Mentions } from "../server/mentions/mentions.ts";
import { systemClock } from "../server/util/clock.ts";
import { FileList } from "../server/workspace/fileList.ts";
import { FileReader } from "../server/workspace/fileReader.ts";
import { WorkingDiff } from "../server/workspace/workingDiff.ts";
import { WorkspacePaths } from "../server/workspace/workspacePaths.ts";
import { BUILT_IN } from "./intentScore.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folders = [{ path: root, name: "project" }];
const INPUTS = ["/", "/re", "/rfc", "/explain ", "/explain server/hy", "/fix eng", "/memory s", "/test parse"];
const ROUNDS = 25;

/** How long suggestions take on this repository's own files, in milliseconds each; its list of files is read before. */
export async function suggestTimes(): Promise<number[]> {
  const paths = new WorkspacePaths(folders);
  const targets = new Mentions({
    ...{ files: new FileReader(paths), fileList: new FileList({ folders }), diff: new WorkingDiff(folders) },
    code: { status: { state: "off", files: 0, skipped: {} }, search: async () => [] },
    ...{ clock: systemClock, htmlWorker: pathToFileURL(root), conversations: async () => [], blocked: undefined },
  });
  const suggester = new Suggester({
    commands: async () => BUILT_IN,
    use: { read: async () => ({}) },
    surroundings: async () => ({ hasChanges: false, habits: [], lacks: [] }),
    words: { memory: () => [{ name: "search", usage: "words" }], model: () => [] },
    ...{ targets, now: () => systemClock.now() },
  });
  const { signal } = new AbortController();
  await suggester.suggest({ input: "/explain server/" }, signal);
  const times: number[] = [];
  for (const input of Array.from({ length: ROUNDS }, () => INPUTS).flat()) {
    const start = performance.now();
    await suggester.suggest({ input }, signal);
    times.push(performance.now() - start);
  }
  return times;
}

/** How long code actions take in the middle of each file of the server, in milliseconds each. */
export function codeActionTimes(): number[] {
  const files = readdirSync(join(root, "server"), { recursive: true, encoding: "utf8" }).filter((one) =>
    one.endsWith(".ts"),
  );
  return files.map((name) => {
    const path = join(root, "server", name);
    const document = TextDocument.create(pathToFileURL(path).href, "typescript", 1, readFileSync(path, "utf8"));
    const at = { line: Math.floor(document.lineCount / 2), character: 4 };
    const start = performance.now();
    codeActionsFor(document, { start: at, end: at }, [], { trusted: true, hasModel: true, isInside: () => true });
    return performance.now() - start;
  });
}
