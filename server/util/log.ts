import { redact } from "./redaction.ts";

/** What happened, for the output channel. Never prompts, keys, file text or memories above debug. */
export interface Log {
  error(message: string, error?: unknown): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

export const silentLog: Log = { error() {}, warn() {}, info() {}, debug() {} };

/** One line of text with the stack of an error under it, without secrets: whatever is logged goes through here. */
export function formatEntry(message: string, error?: unknown): string {
  return redact(format(message, error)).text;
}

function format(message: string, error: unknown): string {
  if (error === undefined) return message;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause !== undefined ? `\ncaused by: ${format("", error.cause)}` : "";
  return `${message}\n${detail}${cause}`;
}
