import { z } from "zod";
import type { ToolDefinition } from "../llm/languageModel.ts";
import type { SourceLocation } from "../protocol/events.ts";

/** Something that a model may do to learn more. It only reads. */
export interface Tool {
  readonly name: string;
  readonly definition: ToolDefinition;
  /** Checks the arguments, parsed from the model's JSON. Throws z.ZodError when they are not what the schema says. */
  prepare(input: unknown): PreparedTool;
}

export interface PreparedTool {
  /** What a person calls it: "Read src/a.ts". */
  readonly label: string;
  /** Throws DuckError with what to do instead, or the signal's reason. */
  run(signal: AbortSignal): Promise<ToolResult>;
}

export interface ToolResult {
  readonly text: string;
  /** What came of it, in a few words: "80 lines". */
  readonly summary: string;
  /** More exact than before it ran. */
  readonly label?: string;
  readonly location?: SourceLocation;
  /** The same call may give something else in a moment: it is run again. */
  readonly passing?: true;
}

/** What a result may have at most, in UTF-16 code units: some 4,000 tokens. */
export const MAX_RESULT_CHARS = 16_000;

interface ToolParts<S extends z.ZodObject> {
  readonly name: string;
  /** For the model: what it is for, and when. */
  readonly description: string;
  readonly input: S;
  label(input: z.infer<S>): string;
  run(input: z.infer<S>, signal: AbortSignal): Promise<ToolResult>;
}

export function defineTool<S extends z.ZodObject>({ name, description, input, label, run }: ToolParts<S>): Tool {
  let definition: ToolDefinition | undefined;
  return {
    name,
    // Made when it is first asked for: no start waits for it.
    get definition() {
      definition ??= { name, description, parameters: schemaOf(input) };
      return definition;
    },
    prepare: (raw) => {
      const checked = input.parse(raw);
      return { label: label(checked), run: (signal) => run(checked, signal) };
    },
  };
}

function schemaOf(input: z.ZodObject): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input", override: withoutLimits });
  return schema;
}

/** Limits are checked, not told: they cost tokens in every request, and local servers make large grammars of them. */
function withoutLimits({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  for (const limit of ["minLength", "maxLength", "minimum", "maximum", "pattern"] as const) delete jsonSchema[limit];
}

/** Parameters that several tools have. */
export const pathInput = z.string().min(1).max(1000).describe("Relative path.");

export const lineInput = z.int().min(1).max(100_000_000);

/** As many whole lines as a result takes; says what was left out. */
export function cappedLines(lines: readonly string[], what: string): string {
  let chars = 0;
  const fitting = lines.findIndex((line) => {
    chars += line.length + 1;
    return chars > MAX_RESULT_CHARS;
  });
  if (fitting < 0) return lines.join("\n");
  return [...lines.slice(0, fitting), `(${lines.length - fitting} more ${what} left out: ask for less at once.)`].join(
    "\n",
  );
}
