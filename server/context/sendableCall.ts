import type { ToolCall } from "../llm/languageModel.ts";
import type { RoundResult } from "./toolRounds.ts";

/** A call as it is sent back: endpoints refuse names, ids or arguments that they did not make up themselves. */
export function sendable(call: ToolCall, earlier: readonly RoundResult[]): ToolCall {
  const isTaken = earlier.some((result) => result.call.id === call.id);
  const name = call.name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 64);
  return { id: isTaken ? `${call.id}_${earlier.length}` : call.id, name, arguments: readable(call.arguments) };
}

const MAX_ARGUMENT_CHARS = 4000;

function readable(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && json.length <= MAX_ARGUMENT_CHARS ? json : "{}";
  } catch {
    return "{}";
  }
}
