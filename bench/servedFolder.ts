import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Used {
  /** Bytes in use after a garbage collection. */
  readonly heapUsed: number;
  readonly rss: number;
  readonly cpuMs: number;
  /** Open files and sockets; 0 where the system does not tell. */
  readonly descriptors: number;
  /** Timers that keep the process alive. */
  readonly timers: number;
}

/** `rubberduck serve`, as it is built, in a process of its own. */
export interface ServedFolder {
  /** Of Phoenix clients. */
  readonly url: string;
  readonly token: string;
  used(): Promise<Used>;
  /** Ends it as a user would; answers its exit code. */
  end(): Promise<number | null>;
}

const DIST = join(import.meta.dirname, "..", "dist");

export async function serveFolder(where: {
  readonly folder: string;
  readonly storePath: string;
  readonly baseUrl: string;
  readonly limits: object;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<ServedFolder> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...[
        "--expose-gc",
        "--import",
        join(import.meta.dirname, "heapProbe.mjs"),
        join(DIST, "cli.js"),
        "serve",
        "--json",
      ],
      ...["--folder", where.folder, "--store", where.storePath, "--base-url", where.baseUrl, "--model", "bench"],
      ...["--context-window", "131072"],
      ...["--limits", JSON.stringify(where.limits)],
    ],
    { stdio: ["ignore", "pipe", "ignore", "ipc"], env: { ...process.env, ...where.env } },
  );
  if (child.stdout === null) throw new Error("The server has no output.");
  const [line] = await once(createInterface(child.stdout), "line");
  const { url, token } = JSON.parse(line);
  return {
    url,
    token,
    used: async () => {
      child.send("");
      const [used] = await once(child, "message");
      return used;
    },
    end: async () => {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = await exited;
      return code;
    },
  };
}
