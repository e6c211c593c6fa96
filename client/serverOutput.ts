import type { Readable } from "node:stream";
import { formatEntry } from "../server/util/log.ts";

/** A longer line is cut. UTF-16 code units. */
const MAX_LINE = 64 * 1024;

/**
 * Logs what a process prints that it does not log by itself, as a crash: in whole lines, since a secret may arrive in two
 * pieces, and without secrets.
 */
export function logOutput(stream: Readable | null, log: (text: string) => void): void {
  let rest = "";
  const write = (text: string) => {
    if (text.trim() !== "") log(formatEntry(text.trimEnd()));
  };
  stream?.setEncoding("utf8");
  stream?.on("data", (piece: string) => {
    rest += piece;
    const end = rest.length > MAX_LINE ? rest.length : rest.lastIndexOf("\n") + 1;
    write(rest.slice(0, end));
    rest = rest.slice(end);
  });
  stream?.on("end", () => write(rest));
}
