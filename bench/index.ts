/**
 * How the built server reads code. `npm run -s bench:index -- DIR` works on a copy of DIR's files (without what is ignored) and
 * prints one JSON object as its last line:
 *
 * - `files`, `bytes`: what is indexed.
 * - `firstIndex`: start of the server → "ready" with an empty store, and → first hit; `filesPerSecond`. `readMs` is the baseline:
 *   only reading the same files, one after another.
 * - `secondStart`: the same with the index that the first one kept; `firstHitMs` is fork → first hit.
 * - `oneFileMs`: a file of 1,000 lines is written → a search that comes at once finds it.
 * - `branchSwitchMs`: 1,000 files (or as many as there are) are written anew → a search finds the last of them.
 * - `queryMs`: searches by the first words of random files.
 * - `resident`: MiB of the whole server process above the same server before it read anything, once it has come to rest after
 *   the first index and after the switch. `idleCpuMs`: CPU in 5 s after the former.
 * - `longestBlockMs`: the longest that the server's event loop kept a request waiting, in all of this.
 */
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { build } from "../scripts/build.ts";
import { isIgnoredName } from "../server/workspace/ignoredNames.ts";
import { ServerProcess } from "../test/process/serverProcess.ts";
import { nowMs, timed, waitFor } from "./clock.ts";
import { percentile, rounded, summary } from "./stats.ts";

const USAGE = "Usage: npm run -s bench:index -- DIR";
const MIB = 2 ** 20;
const PING_MS = 5;
const IDLE_MS = 5000;
const SWITCHED_FILES = 1000;
const QUERIES = 60;

async function measure(folder: string, storePath: string) {
  const paths = await filesOf(folder);
  const texts = await textsOf(paths);
  const readMs = await timed(async () => void (await textsOf(paths)));
  const first = await firstStart({ folder, storePath }, texts);
  const second = await secondStart({ folder, storePath }, texts[0]?.words ?? "");
  return {
    files: first.files,
    bytes: texts.reduce((sum, { length }) => sum + length, 0),
    firstIndex: {
      readyMs: first.readyMs,
      filesPerSecond: Math.round((first.files / first.readyMs) * 1000),
      readMs: rounded(readMs),
    },
    secondStart: second,
    oneFileMs: first.oneFileMs,
    branchSwitchMs: first.branchSwitchMs,
    queryMs: first.queryMs,
    resident: first.resident,
    idleCpuMs: first.idleCpuMs,
    longestBlockMs: first.longestBlockMs,
  };
}

async function firstStart(workspace: Workspace, texts: readonly Text[]) {
  const server = await ServerProcess.start(workspace);
  const pings = new Pings(server);
  try {
    await setTimeout(1000);
    const before = await residentMiB(server);
    const readyMs = await timed(async () => {
      await hit(server, "index");
      await ready(server);
    });
    const { files } = await server.request("rubberduck/index/status", {});
    const queries: number[] = [];
    for (let i = 0; i < QUERIES; i++) {
      const { words } = texts[Math.floor((i * texts.length) / QUERIES)] ?? { words: "index" };
      queries.push(await timed(async () => void (await hit(server, words))));
    }
    await atRest(server);
    const after = await residentMiB(server);
    pings.pause(true);
    const { cpuMs } = await server.request("rubberduck/server/info", {});
    await setTimeout(IDLE_MS);
    const idleCpuMs = (await server.request("rubberduck/server/info", {})).cpuMs - cpuMs;
    pings.pause(false);
    const oneFileMs = await oneFile(server, workspace.folder);
    const branchSwitchMs = await branchSwitch(server, texts);
    await atRest(server);
    return {
      files,
      readyMs: rounded(readyMs),
      queryMs: summary(queries),
      oneFileMs: rounded(oneFileMs),
      branchSwitchMs: rounded(branchSwitchMs),
      resident: {
        beforeMiB: rounded(before),
        aboveMiB: rounded(after - before),
        aboveAfterSwitchMiB: rounded((await residentMiB(server)) - before),
      },
      idleCpuMs: rounded(idleCpuMs),
      longestBlockMs: pings.end(),
    };
  } finally {
    await server.kill();
  }
}

async function secondStart(workspace: Workspace, words: string) {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    let server: ServerProcess | undefined;
    try {
      times.push(
        await timed(async () => {
          server = await ServerProcess.start(workspace);
          await hit(server, words);
        }),
      );
    } finally {
      await server?.kill();
    }
  }
  return { firstHitMs: percentile(times, 50), maxMs: percentile(times, 100) };
}

async function oneFile(server: ServerProcess, folder: string): Promise<number> {
  const path = join(folder, "benchmarkedFile.ts");
  const lines = Array.from(
    { length: 1000 },
    (_, i) => `export function benchmarked${i}(value: number) { return value + ${i}; }`,
  );
  await writeFile(path, lines.join("\n"));
  const startedMs = nowMs();
  server.changed([path]);
  await waitFor(async () => (await labels(server, "benchmarked999")).includes("benchmarkedFile.ts"), "the new file");
  return nowMs() - startedMs;
}

async function branchSwitch(server: ServerProcess, texts: readonly Text[]): Promise<number> {
  const chosen = texts.slice(0, SWITCHED_FILES);
  for (const [i, { path, text }] of chosen.entries()) await writeFile(path, `${text}\nswitchedBranch${i}\n`);
  const last = chosen.length - 1;
  return timed(async () => {
    server.changed(chosen.map(({ path }) => path));
    await waitFor(
      async () => (await labels(server, `switchedBranch${last}`)).length > 0,
      "the last file of the branch",
    );
  });
}

interface Workspace {
  readonly folder: string;
  readonly storePath: string;
}

/** Asks the server again and again; what keeps one waiting keeps everything waiting. */
class Pings {
  #longestMs = 0;
  #ended = false;
  #paused = false;

  constructor(server: ServerProcess) {
    void this.#run(server);
  }

  pause(paused: boolean): void {
    this.#paused = paused;
  }

  end(): number {
    this.#ended = true;
    return rounded(this.#longestMs);
  }

  async #run(server: ServerProcess): Promise<void> {
    while (!this.#ended) {
      const ms = await timed(async () => void (await server.request("rubberduck/model/status", {}))).catch(() => 0);
      if (!this.#ended) this.#longestMs = Math.max(this.#longestMs, ms);
      do await setTimeout(PING_MS);
      while (this.#paused);
    }
  }
}

interface Text {
  readonly path: string;
  readonly text: string;
  readonly length: number;
  /** A few of its first words. */
  readonly words: string;
}

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function textsOf(paths: readonly string[]): Promise<Text[]> {
  const texts: Text[] = [];
  for (const path of paths) {
    const text = await readFile(path, "utf8");
    if (text.includes("\0")) continue;
    const words = (text.match(/[A-Za-z]{4,}/g) ?? ["index"]).slice(40, 46).join(" ") || "index";
    texts.push({ path, text, length: text.length, words });
  }
  return texts;
}

async function hit(server: ServerProcess, query: string): Promise<void> {
  await server.request("rubberduck/index/search", { query, limit: 8 });
}

async function labels(server: ServerProcess, query: string): Promise<string[]> {
  const { hits } = await server.request("rubberduck/index/search", { query, limit: 5 });
  return hits.filter(({ text }) => text.includes(query)).map(({ label }) => label);
}

async function ready(server: ServerProcess): Promise<void> {
  await waitFor(async () => (await server.request("rubberduck/index/status", {})).state === "ready", "the code index");
}

/** Until what goes on in the background after an index is done, and the index is kept (5 s after the last change). */
async function atRest(server: ServerProcess): Promise<void> {
  let last = Number.NaN;
  let quiet = 0;
  await waitFor(async () => {
    await setTimeout(2000);
    const { cpuMs } = await server.request("rubberduck/server/info", {});
    quiet = cpuMs - last < 200 ? quiet + 1 : 0;
    last = cpuMs;
    return quiet === 4;
  }, "the server to come to rest");
}

async function residentMiB(server: ServerProcess): Promise<number> {
  return (await server.request("rubberduck/server/info", {})).residentBytes / MIB;
}

if (import.meta.main) await main(process.argv.slice(2));

async function main([source, ...more]: readonly string[]): Promise<void> {
  if (source === undefined || more.length > 0 || source === "--help") {
    console.error(USAGE);
    process.exit(source === "--help" ? 0 : 2);
  }
  if (!(await stat(source).catch(() => undefined))?.isDirectory()) {
    console.error(`${source} is no folder.\n\n${USAGE}`);
    process.exit(2);
  }
  await build();
  const root = await mkdtemp(join(tmpdir(), "bench-index-"));
  const folder = join(root, "workspace");
  try {
    await cp(source, folder, { recursive: true, filter: (path) => !isIgnoredName(basename(path)) });
    console.log(JSON.stringify(await measure(folder, join(root, "store"))));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
