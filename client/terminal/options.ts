import { parseArgs } from "node:util";
import { ACCESS_TASKS, isAccessTask } from "./accessCommand.ts";
import { checkWords, isMemoryTask, MEMORY_TASKS } from "./memoryTasks.ts";
import { isStoreTask, STORE_TASKS } from "./storeCommand.ts";
import { UsageError } from "./usage.ts";

export type Options = Exclude<ReturnType<typeof readOptions>, "help">;

/** What stands on the command line. Throws UsageError, and what `parseArgs` throws for an unknown option. */
export function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      folder: { type: "string", default: "." },
      store: { type: "string" },
      "base-url": { type: "string" },
      model: { type: "string" },
      "context-window": { type: "string" },
      "key-file": { type: "string" },
      "recovery-code-file": { type: "string" },
      port: { type: "string" },
      expires: { type: "string" },
      conversation: { type: "string" },
      "no-color": { type: "boolean", default: false },
      "screen-reader": { type: "boolean", default: false },
      limits: { type: "string" },
      format: { type: "string" },
      json: { type: "boolean", default: false },
      now: { type: "boolean", default: false },
      everywhere: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [command, ...words] = positionals;
  if (values.help || command === "help") return "help" as const;
  switch (command) {
    case "ask": {
      return { ...values, command: "ask" as const, words, format: formatOf(values.format, values.json) };
    }
    case "memory": {
      const [task = "", ...more] = words;
      if (!isMemoryTask(task)) throw new UsageError(`Say one of: memory ${MEMORY_TASKS.join("|")}.`);
      checkWords(task, more);
      return { ...values, command: "memory" as const, task, words: more };
    }
    case "serve": {
      if (words.length > 0) throw new UsageError("serve takes no words.");
      return { ...values, command: "serve" as const, port: portOf(values.port) };
    }
    case "chat": {
      if (words.length > 0) throw new UsageError("chat takes no words: ask asks one question.");
      return { ...values, command: "chat" as const };
    }
    case "access": {
      const [task = "", ...more] = words;
      if (!isAccessTask(task)) throw new UsageError(`Say one of: access ${ACCESS_TASKS.join("|")}.`);
      const needsName = task === "create" || task === "revoke";
      if (needsName !== more.length > 0) {
        throw new UsageError(needsName ? `access ${task} needs a name.` : `access ${task} takes no words.`);
      }
      return { ...values, command: "access" as const, task, words: more };
    }
    case "top": {
      if (words.length > 0) throw new UsageError("top takes no words.");
      return { ...values, command: "top" as const };
    }
    case "doctor": {
      if (words.length > 0) throw new UsageError("doctor takes no words.");
      return { ...values, command: "doctor" as const };
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

export type AnswerFormat = "text" | "markdown" | "json";

function formatOf(name: string | undefined, isJson: boolean): AnswerFormat {
  const format = name ?? (isJson ? "json" : "text");
  if (format === "text" || format === "markdown" || format === "json") return format;
  throw new UsageError("An answer is printed as text, markdown or json.");
}

/** 0: any that is free. "none": the private socket alone. */
function portOf(text = "0"): number | "none" {
  if (text === "none") return "none";
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError("A port is a number from 0 (any that is free) to 65535, or none.");
}
