import { spawn } from "node:child_process";
import { DuckError } from "../util/errors.ts";

export interface GitOptions {
  readonly signal?: AbortSignal;
  /** What is read of the output at most; the rest is cut off at a whole line, or name with `-z`. Default 1 MiB. */
  readonly maxBytes?: number;
}

/**
 * Runs a git command that only reads, in a folder of a trusted workspace, and answers what it prints. No pager, no prompt, no
 * external diff or text conversion, no hook, no signature check, no lock, and nothing is fetched.
 *
 * One kind of program does run: where files of the working tree are compared, the filters that the repository's or the user's
 * configuration names for them (`filter.NAME.clean`), as the editor's own git runs them in a trusted folder. Without them every
 * touched file of Git LFS and every notebook whose outputs are stripped would show changes that are none.
 *
 * Throws DuckError "notFound" where git is missing or the folder is in no repository.
 */
export async function git(folder: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { signal, maxBytes = MAX_BYTES } = options;
  signal?.throwIfAborted();
  const [command = "", ...rest] = args;
  const noPrograms = NO_PROGRAMS.get(command) ?? [];
  const child = spawn("git", [...SAFE, command, ...noPrograms, ...rest], {
    cwd: folder,
    env: { ...withoutGit(process.env), ...LOCAL_ONLY, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    ...(signal && { signal }),
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  exit.catch(() => {}); // Awaited below, once the output has been read.
  const error = text(child.stderr, MAX_ERROR_BYTES);
  const { output, cut } = await readUpTo(child.stdout, maxBytes);
  if (cut) child.kill();
  const code = await exit.catch((failure: NodeJS.ErrnoException) => {
    signal?.throwIfAborted();
    if (failure.code === "ENOENT") throw new DuckError("notFound", "Git is not installed, or the folder is gone.");
    throw failure;
  });
  if (cut) return output.slice(0, output.lastIndexOf(rest.includes("-z") ? "\0" : "\n") + 1);
  if (code !== 0) throw new DuckError("notFound", `git ${command} failed: ${firstLine(await error) || `code ${code}`}`);
  return output;
}

/** Overrides settings of a repository that would run programs. */
const SAFE = [
  "--no-pager",
  ...["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.quotePath=false", "log.showSignature=false"].flatMap(
    (value) => ["-c", value],
  ),
];
/** What keeps a command from running the programs that `diff.NAME` names. */
const NO_PROGRAMS = new Map<string, readonly string[]>([
  ["diff", ["--no-ext-diff", "--no-textconv"]],
  ["log", ["--no-ext-diff", "--no-textconv"]],
  ["show", ["--no-ext-diff", "--no-textconv"]],
  ["blame", ["--no-textconv"]],
]);

/**
 * A partial clone fetches what it lacks, by whatever program its configuration names (`core.sshCommand`, `ext::`). Git before
 * 2.44 does not know the first; the second allows a protocol that does not exist, and by that no other.
 */
const LOCAL_ONLY = { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" };

const MAX_BYTES = 1024 * 1024;
const MAX_ERROR_BYTES = 4096;
const TIMEOUT_MS = 30_000;

/** Variables like GIT_DIR, set in a hook or by another tool, would name another repository than the folder's. */
function withoutGit(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
}

async function readUpTo(stream: NodeJS.ReadableStream, maxBytes: number): Promise<{ output: string; cut: boolean }> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    const bytes = Buffer.from(piece);
    pieces.push(bytes.subarray(0, maxBytes - length));
    length += bytes.length;
    if (length > maxBytes) return { output: Buffer.concat(pieces).toString("utf8"), cut: true };
  }
  return { output: Buffer.concat(pieces).toString("utf8"), cut: false };
}

async function text(stream: NodeJS.ReadableStream, maxBytes: number): Promise<string> {
  return readUpTo(stream, maxBytes).then(
    ({ output }) => output,
    () => "",
  );
}

function firstLine(message: string): string {
  return message.trim().split("\n", 1)[0] ?? "";
}
