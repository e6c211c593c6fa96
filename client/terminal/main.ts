import { causeOf, DuckError } from "../../server/util/errors.ts";
import { escapeControls } from "../../server/util/escapeControls.ts";
import { accessCommand } from "./accessCommand.ts";
import { ask } from "./ask.ts";
import { chatCommand } from "./chatCommand.ts";
import { doctorCommand } from "./doctorCommand.ts";
import { memoryCommand } from "./memoryCommand.ts";
import { modelFromEnvironment } from "./model.ts";
import { type Options, readOptions } from "./options.ts";
import { questionFrom } from "./question.ts";
import { serveCommand } from "./serveCommand.ts";
import { existingFolder, terminalServices } from "./services.ts";
import { opened } from "./store.ts";
import { storeCommand } from "./storeCommand.ts";
import { topCommand } from "./topCommand.ts";
import { USAGE, UsageError } from "./usage.ts";

const EXIT = { done: 0, failed: 1, usage: 2, locked: 3, noModel: 4 } as const;

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
    const message = escapeControls(causeOf(error));
    console.error(isUsage ? `${message}\n\n${USAGE}` : message);
    return isUsage ? EXIT.usage : exitCodeOf(error);
  }
}

function run(options: Options): Promise<number> {
  const { store, json, "recovery-code-file": codeFile } = options;
  switch (options.command) {
    case "ask":
      return runAsk(options);
    case "memory":
      return memoryCommand({ ...options, store, codeFile });
    case "serve":
      return serveCommand({ ...options, store, codeFile, model: modelOf(options) });
    case "chat": {
      const { env } = process;
      const hasColour = !options["no-color"] && !env.NO_COLOR && env.TERM !== "dumb";
      const isSpoken = options["screen-reader"] || env.INK_SCREEN_READER === "true";
      return chatCommand({
        ...options,
        store,
        codeFile,
        model: modelOf(options),
        conversation: options.conversation,
        hasColour,
        isSpoken,
      });
    }
    case "access":
      return accessCommand({ ...options, store, codeFile });
    case "top":
      return topCommand({ ...options, store, codeFile });
    case "doctor":
      return doctorCommand({ folder: options.folder, store, codeFile, model: modelOf(options), json });
    case "store":
      return storeCommand(options.task, { store, codeFile, json });
  }
}

function modelOf(options: Options) {
  return {
    baseUrl: options["base-url"],
    model: options.model,
    keyFile: options["key-file"],
    contextWindow: options["context-window"],
  };
}

async function runAsk(options: Options & { readonly command: "ask" }): Promise<number> {
  const question = await questionFrom(options.words, process.stdin);
  const folder = await existingFolder(options.folder);
  const configuration = await modelFromEnvironment(modelOf(options), process.env);
  const services = terminalServices(folder, options.store);
  try {
    await opened(services, options["recovery-code-file"]);
    services.configure(configuration);
    if (configuration.baseUrl !== undefined && (await services.stored?.role()) === "joined") {
      throw new DuckError(
        "modelNotConfigured",
        "An editor has these conversations open and answers with its own model. Leave --base-url and --model out, or name another --store.",
      );
    }
    return await ask(services, { question, folder, format: options.format });
  } finally {
    await services.close();
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof DuckError)) return EXIT.failed;
  if (error.code === "storeLocked" || error.code === "wrongKey") return EXIT.locked;
  return error.code === "modelNotConfigured" ? EXIT.noModel : EXIT.failed;
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.done);
});

void main().then((code) => {
  process.exitCode = code;
});
