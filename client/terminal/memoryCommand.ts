import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { defaultStorePath } from "../../server/store/location.ts";
import { DuckError } from "../../server/util/errors.ts";
import { escapeControls, safeJson } from "../../server/util/escapeControls.ts";
import { type MemoryTask, type MemoryTaskCall, runMemoryTask } from "./memoryTasks.ts";
import { existingFolder, terminalServices } from "./services.ts";
import { opened } from "./store.ts";

export interface MemoryCommandOptions extends Omit<MemoryTaskCall, "ask" | "note"> {
  readonly task: MemoryTask;
  readonly folder: string;
  /** Absent: that of the editor. */
  readonly store: string | undefined;
  readonly codeFile: string | undefined;
  readonly json: boolean;
}

/** Joins the process that has the memory of this folder, or is that process as long as it takes. Answers the exit code. */
export async function memoryCommand({
  task,
  folder,
  store,
  codeFile,
  json,
  ...given
}: MemoryCommandOptions): Promise<number> {
  const path = store === undefined ? defaultStorePath(process.platform, process.env) : resolve(store);
  if (task !== "remember" && task !== "import") await mustExist(path);
  const services = terminalServices(await existingFolder(folder), path);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new DuckError("timedOut", "Interrupted."));
  process.once("SIGINT", interrupt);
  try {
    await opened(services, codeFile);
    const { json: result, lines } = await runMemoryTask(task, {
      ...given,
      ask: (method, params) => services.conversations.memory(method, params, interrupted.signal),
      note: (line) => console.error(escapeControls(line)),
    });
    process.stdout.write(json ? `${safeJson(result)}\n` : `${escapeControls(lines.join("\n"))}\n`);
    return 0;
  } finally {
    process.removeListener("SIGINT", interrupt);
    await services.close();
  }
}

/** Looking makes no store. Throws DuckError notFound. */
async function mustExist(path: string): Promise<void> {
  try {
    await access(path);
  } catch (cause) {
    throw new DuckError(
      "notFound",
      `There is no store in ${path}: nothing is remembered. Name another one with --store.`,
      {
        cause,
      },
    );
  }
}
