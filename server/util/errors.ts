import type { DuckErrorCode, EventError } from "../protocol/errors.ts";
import { GENERIC_FAILURE } from "../protocol/errors.ts";

/** Something a person can act on: the message says what happened and what to do. */
export class DuckError extends Error {
  readonly code: DuckErrorCode;

  constructor(code: DuckErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "DuckError";
    this.code = code;
  }
}

/** As it stands in an event: a bug shows one generic sentence. */
export function toEventError(error: unknown): EventError {
  return error instanceof DuckError
    ? { code: error.code, message: error.message }
    : { code: "internal", message: GENERIC_FAILURE };
}

/** What a caught value says, for a log or as the cause in a longer sentence. */
export function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
