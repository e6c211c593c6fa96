import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createServices } from "../../server/services.ts";
import { causeOf, DuckError } from "../../server/util/errors.ts";
import { formatEntry, silentLog } from "../../server/util/log.ts";
import { ask } from "./ask.ts";
import { modelFromEnvironment } from "./model.ts";
import { opened, storeSettings } from "./store.ts";
import { isStoreTask, STORE_TASKS, storeCommand } from "./storeCommand.ts";

const USAGE = `Usage: rubberduck ask "question" [options]
       rubberduck store verify|export|info [--store DIR] [--json]

ask     Asks about the code in a folder and prints the answer. Without a model it answers from the files.
store   Looks at what is kept, and changes nothing: verify reads all of it and says what is damaged, export prints
        every conversation (not encrypted!), info says how much there is.

  --folder DIR      the folder to ask about (default: the current one)
  --store DIR       ask: keep the conversation there (default: nothing is kept)
                    store: which one (default: that of the editor)
  --base-url URL    OpenAI-compatible endpoint, with its version path (or RUBBERDUCK_BASE_URL)
  --model NAME      model name (or RUBBERDUCK_MODEL)
  --key-file FILE   file with the API key, readable by you alone (or OPENAI_API_KEY)
  --recovery-code-file FILE
                    file with the recovery code of a store that is locked here (or RUBBERDUCK_RECOVERY_CODE)
  --json            ask: print one JSON object: answer, model, conversationId, sources
                    store: print JSON, for export one object a line
  --help            show this

Exit codes: 0 done, 1 failed or damaged, 2 wrong usage, 3 store locked, 4 no model or owner`;

const EXIT = { done: 0, failed: 1, usage: 2, locked: 3, noModel: 4 } as const;

class UsageError extends Error {}

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === "help") {
      console.log(USAGE);
      return EXIT.done;
    }
    return await run(options);
  } catch (error) {
    const isUsage = error instanceof UsageError || (error instanceof TypeError && "code" in error);
    console.error(isUsage ? `${causeOf(error)}\n\n${USAGE}` : causeOf(error));
    return isUsage ? EXIT.usage : exitCodeOf(error);
  }
}

type Options = Exclude<ReturnType<typeof readOptions>, "help">;

function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      folder: { type: "string", default: "." },
      store: { type: "string" },
      "base-url": { type: "string" },
      model: { type: "string" },
      "key-file": { type: "string" },
      "recovery-code-file": { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [command, ...words] = positionals;
  if (values.help || command === "help") return "help" as const;
  switch (command) {
    case "ask": {
      const question = words.join(" ");
      if (question.trim() === "") throw new UsageError("The question is missing.");
      return { ...values, command: "ask" as const, question };
    }
    case "store": {
      const [task = "", ...more] = words;
      if (!isStoreTask(task) || more.length > 0) throw new UsageError(`Say one of: store ${STORE_TASKS.join("|")}.`);
      return { ...values, command: "store" as const, task };
    }
    default:
      throw new UsageError(command === undefined ? "Say what to do." : `There is no command "${command}".`);
  }
}

function run(options: Options): Promise<number> {
  if (options.command === "ask") return runAsk(options);
  const { task, store, json } = options;
  return storeCommand(task, { store, codeFile: options["recovery-code-file"], json });
}

async function runAsk(options: Options & { readonly command: "ask" }): Promise<number> {
  const folder = resolve(options.folder);
  if (!(await isFolder(folder))) throw new UsageError(`${folder} is not a folder. Name an existing one with --folder.`);
  const configuration = await modelFromEnvironment(
    { baseUrl: options["base-url"], model: options.model, keyFile: options["key-file"] },
    process.env,
  );
  const services = createServices({
    folders: [{ path: folder, name: basename(folder) }],
    ...(options.store !== undefined && { store: storeSettings(options.store) }),
    trusted: true,
    grammars: join(__dirname, "grammars"),
    indexWorker: new URL("indexWorker.js", pathToFileURL(`${__dirname}/`)),
    htmlWorker: new URL("htmlWorker.js", pathToFileURL(`${__dirname}/`)),
    logger: { ...silentLog, error: (message, error) => console.error(formatEntry(message, error)) },
  });
  try {
    await opened(services, options["recovery-code-file"]);
    services.configure(configuration);
    if (configuration.baseUrl !== undefined && (await services.stored?.role()) === "joined") {
      throw new DuckError(
        "modelNotConfigured",
        "An editor has these conversations open and answers with its own model. Leave --base-url and --model out, or name another --store.",
      );
    }
    return await ask(services, { question: options.question, folder, json: options.json });
  } finally {
    await services.close();
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof DuckError)) return EXIT.failed;
  if (error.code === "storeLocked" || error.code === "wrongKey") return EXIT.locked;
  return error.code === "modelNotConfigured" ? EXIT.noModel : EXIT.failed;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.done);
});

void main().then((code) => {
  process.exitCode = code;
});
