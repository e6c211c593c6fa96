import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Serving } from "../serveCommand.ts";

export interface ServedChild {
  /** Lets it end, which it does once answers in flight are done. */
  end(): void;
}

export interface ServedChildOptions {
  /** The command line's own script. */
  readonly script: string;
  /** Behind "serve". */
  readonly args: readonly string[];
  readonly onServing: (serving: Serving) => void;
  /** It has ended by itself: what it said last, or "". */
  readonly onEnded: (why: string) => void;
}

/**
 * `rubberduck serve` on the private socket alone, for this program: it joins whoever has the conversations, or has them itself, and
 * says anew where they are whenever that changes. It ends with its standard input, however this program ends.
 */
export function serveAsChild({ script, args, onServing, onEnded }: ServedChildOptions): ServedChild {
  const child = spawn(process.execPath, [script, "serve", "--port", "none", "--json", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    // Ctrl+C is for this program: an answer in flight goes on.
    detached: true,
  });
  let said = "";
  let isEnding = false;
  child.stdin.on("error", () => {});
  child.stderr.on("data", (data) => {
    said = (said + String(data)).slice(-MOST_SAID);
  });
  createInterface(child.stdout).on("line", (line) => onServing(JSON.parse(line) as Serving));
  child.on("exit", () => !isEnding && onEnded(said.trim()));
  return {
    end: () => {
      isEnding = true;
      child.stdin.end();
      // It may take a moment to finish an answer; nobody waits for that.
      child.unref();
      for (const stream of [child.stdout, child.stderr] as readonly Readable[])
        if (stream instanceof Socket) stream.unref();
    },
  };
}

const MOST_SAID = 4000;
