import { z } from "zod";
import { DuckError } from "../util/errors.ts";
import type { Confinement, Location } from "../workspace/confinement.ts";
import { git } from "../workspace/git.ts";
import { isIgnoredName } from "../workspace/ignoredNames.ts";
import { isSecretFile } from "../workspace/secretFiles.ts";
import { redactedLines } from "./redactedLines.ts";
import { cappedLines, defineTool, lineInput, pathInput, type Tool, type ToolResult } from "./tool.ts";

/** A commit as people name it. No "-" at the start (an option), no ":" (a file's content, whatever its name). */
const revisionInput = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_@][A-Za-z0-9_./~^@{}+-]*$/, "must name a commit, like HEAD~1, main or 1a2b3c4")
  .describe("HEAD~1, a branch, a tag or a hash.");

export function gitLogTool(confinement: Confinement): Tool {
  return defineTool({
    name: "git_log",
    description: "Lists commits, the newest first: hash, date, author, subject. Of one file or folder with a path.",
    input: z.object({
      path: pathInput.optional(),
      revision: revisionInput.optional(),
      words: z.string().max(200).optional().describe("Only commits whose message has these words, as they stand."),
      limit: z.int().min(1).max(100).optional().describe("How many, 20 without it."),
    }),
    label: ({ path, words }) => `Log of ${path ?? "the workspace"}${words ? `, “${words}”` : ""}`,
    run: async ({ path = ".", revision = "HEAD", words, limit = 20 }, signal) => {
      const place = await confinement.findPast(path);
      const commit = await commitOf(place, revision, signal);
      if (commit === undefined) return { text: NO_COMMIT_YET, summary: "no commits" };
      const options = ["--no-show-signature", "--date=short", "--format=%h %ad %an: %s", `--max-count=${limit}`];
      const grep = words ? ["--fixed-strings", "--regexp-ignore-case", `--grep=${words}`] : [];
      const output = await git(cwdOf(place), ["log", ...options, ...grep, commit, "--", pathspec(place)], { signal });
      const lines = linesOf(output);
      if (lines.length === 0) return { text: "No commits.", summary: "no commits" };
      return {
        text: cappedLines(lines, "commits"),
        summary: lines.length === 1 ? "1 commit" : `${lines.length} commits`,
      };
    },
  });
}

/** Files of one diff that are shown at once. */
const MAX_DIFF_FILES = 100;

export function gitDiffTool(confinement: Confinement): Tool {
  return defineTool({
    name: "git_diff",
    description:
      "Shows what changed. Without revisions: what is not committed yet. With `from`: since that commit. With both: from one to the other; a commit's own change is from `abc123^` to `abc123`.",
    input: z.object({ from: revisionInput.optional(), to: revisionInput.optional(), path: pathInput.optional() }),
    label: ({ from, to, path }) => {
      const range = [from, to].filter(Boolean).join(" to ") || "uncommitted";
      return `Diff ${range}${path ? `, ${path}` : ""}`;
    },
    run: async ({ from = "HEAD", to, path = "." }, signal) => {
      const place = await confinement.findPast(path);
      const commits = await commitsOf(place, to === undefined ? [from] : [from, to], signal);
      const compared = commits ?? ["--cached"];
      const { shown, secret } = await changedFiles(place, compared, signal);
      const added = to === undefined ? await untrackedFiles(place, signal) : [];
      const note = [
        ...(commits ? [] : [`(${NO_COMMIT_YET} This is what is staged.)`]),
        ...(secret > 0 ? [`(${secret} changed files may hold secrets and are left out.)`] : []),
        ...untrackedNote(added),
      ];
      if (shown.length === 0) return nothingTracked(added.length, note);
      const summary = shown.length === 1 ? "1 file" : `${shown.length} files`;
      if (shown.length > MAX_DIFF_FILES) {
        const hint = "Too many files to show at once. Ask for a path:";
        return { text: cappedLines([hint, ...note, ...shown.map(onOneLine)], "files"), summary };
      }
      const paths = shown.map((name) => `:(literal)${name}`);
      const diff = await git(cwdOf(place), ["diff", ...DIFF_OPTIONS, ...compared, "--", ...paths], { signal });
      return { text: cappedLines([...note, ...redactedLines(linesOf(diff), /^[-+ ]/)], "lines"), summary };
    },
  });
}

function nothingTracked(added: number, note: readonly string[]): ToolResult {
  if (added === 0) return { text: ["No changes.", ...note].join("\n"), summary: "no changes" };
  const summary = added === 1 ? "1 new file" : `${added} new files`;
  return { text: cappedLines(["No other changes.", ...note], "files"), summary };
}

/** Without renames: a secret file that became another would stand in the diff with both names. */
const DIFF_OPTIONS = ["--no-color", "--no-renames", "--relative", "--ignore-submodules", "--unified=3"];

/** Names from the folder. */
async function changedFiles(
  place: Location,
  compared: readonly string[],
  signal: AbortSignal,
): Promise<{ shown: string[]; secret: number }> {
  const options = ["--name-only", "-z", ...DIFF_OPTIONS];
  const names = namesOf(await git(cwdOf(place), ["diff", ...options, ...compared, "--", pathspec(place)], { signal }));
  const shown = names.filter((name) => !isSecretFile(`${cwdOf(place)}/${name}`));
  return { shown, secret: names.length - shown.length };
}

/** Files that git does not know yet, from the folder: no diff has them. Nothing is told of secret ones. */
async function untrackedFiles(place: Location, signal: AbortSignal): Promise<string[]> {
  const options = ["--others", "--exclude-standard", "-z"];
  const names = namesOf(await git(cwdOf(place), ["ls-files", ...options, "--", pathspec(place)], { signal }));
  return names.filter((name) => !name.split("/").some(isIgnoredName) && !isSecretFile(`${cwdOf(place)}/${name}`));
}

/** Untracked files that are named with one diff. */
const MAX_UNTRACKED = 50;

function untrackedNote(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - MAX_UNTRACKED;
  return [
    "New and untracked, so without a diff; read_file shows them:",
    ...names.slice(0, MAX_UNTRACKED).map(onOneLine),
    ...(more > 0 ? [`(and ${more} more)`] : []),
    "",
  ];
}

/** Lines of one blame that are shown at once. */
const MAX_BLAME_LINES = 200;

export function gitBlameTool(confinement: Confinement): Tool {
  return defineTool({
    name: "git_blame",
    description: `Shows for lines of a file which commit, who and when changed each of them last; ${MAX_BLAME_LINES} lines at most.`,
    input: z.object({ path: pathInput, startLine: lineInput, endLine: lineInput.optional() }),
    label: ({ path, startLine, endLine }) => `Blame ${path}:${startLine}${endLine ? `-${endLine}` : ""}`,
    run: async ({ path, startLine, endLine = startLine + 29 }, signal) => {
      const place = await confinement.find(path);
      if (place.kind === "folder") throw new DuckError("invalidRequest", `${path} is a folder. Use git_log.`);
      const last = Math.min(Math.max(startLine, endLine), startLine + MAX_BLAME_LINES - 1);
      const options = ["--no-textconv", "--date=short", "--abbrev=8", "-L", `${startLine},${last}`];
      const output = await git(cwdOf(place), ["blame", ...options, "--", place.relative], { signal });
      const lines = redactedLines(linesOf(output), /^\^?[0-9a-f]+ .*?\d{4}-\d\d-\d\d +\d+\) /);
      return {
        text: cappedLines(lines, "lines"),
        summary: lines.length === 1 ? "1 line" : `${lines.length} lines`,
        location: { path: place.path, startLine, endLine: startLine + Math.max(0, lines.length - 1) },
      };
    },
  });
}

/** Undefined when one of them is HEAD before the first commit. */
async function commitsOf(
  place: Location,
  revisions: readonly string[],
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const commits: string[] = [];
  for (const revision of revisions) {
    const commit = await commitOf(place, revision, signal);
    if (commit === undefined) return undefined;
    commits.push(commit);
  }
  return commits;
}

const NO_COMMIT_YET = "There is no commit yet.";

/**
 * The commit's hash: so nothing but a commit is named, neither a file of it nor an option. Undefined for HEAD before the
 * first commit.
 */
async function commitOf(place: Location, revision: string, signal: AbortSignal): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const hash = await git(cwdOf(place), args, { signal }).catch((error: unknown) => {
    if (error instanceof DuckError && !/not a git repository/i.test(error.message)) {
      // What --quiet is silent about: nothing is named so.
      if (revision === "HEAD" && error.message.endsWith("failed: code 1")) return undefined;
      throw new DuckError("notFound", `There is no commit ${revision} here.`, { cause: error });
    }
    throw error;
  });
  return hash?.trim();
}

function cwdOf({ folder }: Location): string {
  return folder.real;
}

/** As it stands: a name with stars or a colon is no pattern. */
function pathspec({ relative }: Location): string {
  return relative === "" ? "." : `:(literal)${relative}`;
}

/** Of the option -z: as they are, without git's quotes. */
function namesOf(output: string): string[] {
  return output.split("\0").filter((name) => name !== "");
}

/** A name may hold line breaks, and shall not look like two. */
function onOneLine(name: string): string {
  return name.replace(/\p{Cc}+/gu, "?");
}

function linesOf(output: string): string[] {
  return output.split("\n").filter((line, index, all) => line !== "" || index < all.length - 1);
}
