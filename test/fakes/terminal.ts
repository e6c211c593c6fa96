import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "./clock.ts";

const DRIVER = fileURLToPath(new URL("../fixtures/terminal.mjs", import.meta.url));

/** The built command line in a process of its own, on streams that say they are a terminal of 80 by 24. */
export interface Terminal {
  readonly child: ChildProcess;
  /** Waits until this was written, styles left out. */
  shows(text: string | RegExp): Promise<void>;
  press(keys: string): void;
  /** Forgets what was written until now. */
  forget(): void;
  /** All that was written since, with its styles. */
  raw(): string;
  kill(): Promise<void>;
}

export function openTerminal(args: readonly string[], env: Readonly<Record<string, string>>): Terminal {
  const { NO_COLOR: _, CI: __, NODE_TEST_CONTEXT: ___, ...clean } = process.env;
  const child = spawn(process.execPath, [DRIVER, ...args], {
    env: { ...clean, TERM: "xterm-256color", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let written = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      written += data;
    });
  }
  return {
    child,
    shows: (text) =>
      until(() => (typeof text === "string" ? plain(written).includes(text) : text.test(plain(written)))).catch(() =>
        assert.fail(`"${text}" never came: ${plain(written).slice(-1500)}`),
      ),
    press: (keys) => void child.stdin.write(keys),
    forget: () => {
      written = "";
    },
    raw: () => written,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** Without what colours, moves and clears. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, "");
}
