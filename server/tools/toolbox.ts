import { z } from "zod";
import type { ToolCall, ToolDefinition } from "../llm/languageModel.ts";
import type { SourceLocation } from "../protocol/events.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import { redact } from "../util/redaction.ts";
import { MAX_RESULT_CHARS, type PreparedTool, type Tool } from "./tool.ts";

/** One call, checked as far as that goes without running it. */
export interface PreparedCall {
  /** What a person calls it, whatever the model wrote. */
  readonly label: string;
  /** The same call again has the same key, however its JSON is written. */
  readonly key: string;
  /** Throws the signal's reason and nothing else: whatever goes wrong is a result that tells the model. */
  run(signal: AbortSignal): Promise<ToolOutcome>;
}

export interface ToolOutcome {
  readonly ok: boolean;
  readonly text: string;
  readonly summary: string;
  readonly label?: string;
  readonly location?: SourceLocation;
  /** The same call may give something else in a moment. */
  readonly passing?: true;
}

/** The tools that a model may call. */
export class Toolbox {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #log: Log;

  constructor(tools: readonly Tool[], log: Log) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#log = log;
  }

  get definitions(): readonly ToolDefinition[] {
    return [...this.#tools.values()].map(({ definition }) => definition);
  }

  prepare(call: ToolCall): PreparedCall {
    const tool = this.#tools.get(call.name);
    if (tool === undefined) {
      const names = [...this.#tools.keys()].join(", ");
      return refused(call, "unknown tool", `There is no tool ${shown(call.name)}. The tools are: ${names}.`);
    }
    const parsed = parseArguments(call.arguments);
    if ("problem" in parsed) return refused(call, "unreadable arguments", parsed.problem);
    try {
      const prepared = tool.prepare(parsed.input);
      const key = `${call.name} ${canonical(parsed.input)}`;
      return { label: shown(prepared.label), key, run: (signal) => this.#run(call.name, prepared, signal) };
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const schema = JSON.stringify(tool.definition.parameters);
      return refused(
        call,
        "wrong arguments",
        `The arguments of ${call.name} are wrong. ${describe(error)} Call it again with arguments of this schema: ${schema}`,
      );
    }
  }

  async #run(name: string, prepared: PreparedTool, signal: AbortSignal): Promise<ToolOutcome> {
    try {
      const { text, label, ...result } = await prepared.run(signal);
      return {
        ok: true,
        ...result,
        ...(label !== undefined && { label: shown(label) }),
        text: capped(redact(text).text),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DuckError)
        return { ok: false, text: capped(error.message), summary: firstSentence(error.message) };
      this.#log.error(`the tool ${name} failed: ${causeOf(error)}`, error);
      return { ok: false, text: `${name} failed. Try something else.`, summary: "failed" };
    }
  }
}

function refused(call: ToolCall, summary: string, text: string): PreparedCall {
  return {
    label: shown(call.name) || "Unnamed tool",
    key: `${call.name} ${call.arguments}`,
    run: async () => ({ ok: false, text: capped(text), summary }),
  };
}

/** Models write null for what they leave out, and nothing at all for no arguments. */
function parseArguments(json: string): { readonly input: object } | { readonly problem: string } {
  try {
    const value: unknown = json.trim() === "" ? {} : JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { input: Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null)) };
    }
    return { problem: `The arguments must be a JSON object, and were ${shown(json)}.` };
  } catch (error) {
    return { problem: `The arguments are not JSON (${causeOf(error).slice(0, 200)}). Write one JSON object.` };
  }
}

function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "arguments"}: ${issue.message}.`)
    .join(" ");
}

function canonical(input: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** What a model wrote, as a short line without secrets, control or direction characters. It is kept. */
function shown(text: string): string {
  const plain = redact(text)
    .text.replace(/[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}]+/gu, " ")
    .trim();
  return plain.length > 120 ? `${plain.slice(0, 119).toWellFormed()}…` : plain;
}

function firstSentence(message: string): string {
  return shown(message.split(/(?<=\.)\s/, 1)[0] ?? message).replace(/\.$/, "");
}

function capped(text: string): string {
  if (text.length <= MAX_RESULT_CHARS) return text.toWellFormed();
  const left = text.length - MAX_RESULT_CHARS;
  return `${text.slice(0, MAX_RESULT_CHARS).toWellFormed()}\n(Cut off: ${left} more characters.)`;
}
