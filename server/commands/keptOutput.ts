import { redact } from "../util/redaction.ts";

/** A step's result as it goes into the log: no text in it holds a secret, which could not be told any more once it is JSON. */
export function keptOutput(value: object): string {
  return JSON.stringify(value, (key, inner: unknown) => {
    return typeof inner === "string" && key !== "path" ? redact(inner).text : inner;
  });
}
