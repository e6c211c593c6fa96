import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** A part of the test suite that is run on its own: the test files of one folder, and what must be there before. */
export interface Stage {
  readonly name: string;
  /** Below test/. */
  readonly folder: string;
  /** Test files at a time. Two, where each waits half of its time; one, where frames are counted. */
  readonly concurrency: number;
  /** A test file that takes longer hangs. */
  readonly fileTimeoutMs: number;
  /** A file that failed is run once more. */
  readonly again?: boolean;
  readonly needs: readonly Need[];
}

export type Need = "build" | "package" | "chromium" | "host";

/** In the order in which they run: what is quick and says most comes first. */
export const STAGES: readonly Stage[] = [
  { name: "unit", folder: "unit", concurrency: 2, fileTimeoutMs: 120_000, needs: [] },
  { name: "protocol", folder: "protocol", concurrency: 2, fileTimeoutMs: 600_000, needs: [] },
  { name: "process", folder: "process", concurrency: 2, fileTimeoutMs: 2_700_000, again: true, needs: ["build"] },
  {
    name: "webview",
    folder: "webview",
    concurrency: 1,
    fileTimeoutMs: 300_000,
    again: true,
    needs: ["build", "chromium"],
  },
  {
    name: "editor",
    folder: "vscode",
    concurrency: 2,
    fileTimeoutMs: 600_000,
    again: true,
    needs: ["build", "package", "host", "chromium"],
  },
];

/** The stages of `--fast`, beside the check. */
export const FAST = ["unit", "protocol"];

/** Makes what stages need, each thing once. */
export class Preparation {
  readonly #made = new Map<Need, Promise<unknown>>();
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  async make(needs: readonly Need[]): Promise<void> {
    for (const need of needs) {
      if (!this.#made.has(need)) this.#made.set(need, this.#start(need));
      await this.#made.get(need);
    }
  }

  async #start(need: Need): Promise<unknown> {
    const desktop = process.env.RUBBERDUCK_EDITOR === "desktop";
    switch (need) {
      case "build":
        this.#log("Building ...");
        return (await import("./build.ts")).build();
      case "package":
        this.#log("Packaging ...");
        return (await import("./package.ts")).packageVsix();
      case "host":
        return desktop ? undefined : (await import("./vscodeHost.ts")).ensureVscodeHost(this.#log);
      case "chromium":
        if (!desktop) process.env.CHROME_PATH = await (await import("./chromium.ts")).ensureChromium(this.#log);
    }
  }
}

/** Style, lint and types. Answers the names of the checks that failed. */
export function check(): string[] {
  const bin = join(import.meta.dirname, "..", "node_modules");
  const checks: Record<string, string[]> = {
    "biome check": [join(bin, "@biomejs", "biome", "bin", "biome"), "check", "."],
    "tsc -p": [join(bin, "typescript", "bin", "tsc"), "-p", "."],
  };
  return Object.entries(checks)
    .filter(([, args]) => spawnSync(process.execPath, args, { stdio: "inherit" }).status !== 0)
    .map(([name]) => name);
}
