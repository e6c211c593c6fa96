import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { Mentions } from "../../server/mentions/mentions.ts";
import type { ConversationSummary, SearchHit } from "../../server/protocol/requests.ts";
import { systemClock } from "../../server/util/clock.ts";
import type { CodeSearch } from "../../server/workspace/codeSearch.ts";
import { FileList } from "../../server/workspace/fileList.ts";
import { FileReader } from "../../server/workspace/fileReader.ts";
import { git } from "../../server/workspace/git.ts";
import { WorkingDiff } from "../../server/workspace/workingDiff.ts";
import { WorkspacePaths } from "../../server/workspace/workspacePaths.ts";

export interface MentionWorld {
  /** The open folder, real. */
  readonly folder: string;
  readonly paths: WorkspacePaths;
  readonly fileList: FileList;
  readonly files: FileReader;
  readonly diff: WorkingDiff;
  readonly mentions: Mentions;
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
}

export interface MentionWorldOptions {
  readonly blocked?: string;
  readonly hits?: readonly SearchHit[];
  readonly conversations?: readonly ConversationSummary[];
}

/** A folder with these files, and what makes suggestions for it. Gone after the test file. */
export async function mentionWorld(
  files: Readonly<Record<string, string | Buffer>>,
  { blocked, hits = [], conversations = [] }: MentionWorldOptions = {},
): Promise<MentionWorld> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "duck-mentions-")));
  after(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const folder = join(root, "ws");
  await mkdir(folder);
  const folders = [{ path: folder, name: "ws" }];
  const paths = new WorkspacePaths(folders);
  const reader = new FileReader(paths);
  const fileList = new FileList({ folders, home: join(root, "home") });
  const diff = new WorkingDiff(folders);
  const code: CodeSearch = { status: { state: "ready", files: 1, skipped: {} }, search: async () => [...hits] };
  const write = async (all: Readonly<Record<string, string | Buffer>>) => {
    for (const [path, text] of Object.entries(all)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  };
  await write(files);
  const mentions = new Mentions({
    blocked,
    files: reader,
    fileList,
    code,
    diff,
    clock: systemClock,
    htmlWorker: new URL("../../server/web/htmlWorker.ts", import.meta.url),
    conversations: async () => conversations,
  });
  return { folder, paths, fileList, files: reader, diff, mentions, write };
}

/** Makes the folder a repository, with all that is in it in its first commit. */
export async function commitAll({ folder }: MentionWorld): Promise<void> {
  const identity = ["-c", "user.name=duck", "-c", "user.email=duck@example.com"];
  for (const args of [
    ["init", "-q"],
    ["add", "-A", "-f"],
    [...identity, "commit", "-q", "-m", "first"],
  ]) {
    await git(folder, args);
  }
}

export const unending = new AbortController().signal;
