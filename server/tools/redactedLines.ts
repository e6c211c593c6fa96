import { redact } from "../util/redaction.ts";

/**
 * Lines without the secrets in them. What stands before the words of each line (a number, the sign of a diff) is set aside
 * meanwhile, since a secret of several lines is known only without it.
 */
export function redactedLines(lines: readonly string[], prefix: RegExp): string[] {
  const prefixes = lines.map((line) => prefix.exec(line)?.[0] ?? "");
  const bodies = lines.map((line, index) => line.slice(prefixes[index]?.length));
  const redacted = redact(bodies.join("\n")).text.split("\n");
  return redacted.map((body, index) => (prefixes[index] ?? "") + body);
}
