import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { RecallHit } from "../server/protocol/memory.ts";
import type { SearchHit } from "../server/protocol/requests.ts";
import type { Turn } from "../server/protocol/transcript.ts";

/** What competes for the prompt: pieces of a folder's code, things remembered, and earlier turns of the conversation. */
export interface Candidates {
  readonly hits: readonly SearchHit[];
  readonly recalled: readonly RecallHit[];
  readonly history: readonly Turn[];
}

const PIECE_LINES = 60;
const AT = "2026-03-12T10:00:00.000Z";

/** Six in ten are pieces of code, one is remembered, three are turns; all of them differ, and hold text of the folder. */
export async function candidatesFrom(folder: string, count: number): Promise<Candidates> {
  const pieces = await piecesOf(folder);
  const piece = (n: number) => {
    const found = pieces[n % pieces.length];
    if (found === undefined) throw new Error(`There is no code in ${folder}.`);
    return found;
  };
  const each = (share: number) => Array.from({ length: Math.round(count * share) }, (_, n) => n);
  return {
    hits: each(0.6).map((n) => ({ ...piece(n), startLine: n + 1, endLine: n + PIECE_LINES, score: scoreOf(n) })),
    recalled: each(0.1).map((n) => episode(n, piece(n * 7).text)),
    history: each(0.3).map((n) => turn(n, piece(n * 3).text)),
  };
}

async function piecesOf(folder: string): Promise<{ path: string; label: string; text: string }[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts")).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const lines = (await readFile(path, "utf8")).split("\n");
      const starts = Array.from({ length: Math.ceil(lines.length / PIECE_LINES) }, (_, n) => n * PIECE_LINES);
      const label = relative(folder, path);
      return starts.map((start) => ({ path, label, text: lines.slice(start, start + PIECE_LINES).join("\n") }));
    }),
  );
  return files.flat();
}

function episode(n: number, text: string): RecallHit {
  const source = { who: n % 2 === 0 ? "user" : "assistant", conversationId: `c${n}`, turnId: `t${n}`, at: AT } as const;
  const score = scoreOf(n * 13);
  return {
    id: `c${n}:t${n}:${source.who}`,
    kind: "episode",
    text: `${n} ${text}`,
    score,
    signals: { words: score },
    source,
  };
}

function turn(n: number, text: string): Turn {
  const accepted = {
    ...{
      type: "accepted" as const,
      seq: n + 1,
      at: AT,
      turnId: `h${n}`,
      operationId: `h${n}`,
      client: "panel" as const,
    },
    ...{ content: `Question ${n}: ${text.slice(0, 200)}`, attachments: [], options: {} },
  };
  return { accepted, state: "done", kind: "chat", text: `Answer ${n}: ${text}` };
}

/** Spread over 0..1, without order. */
function scoreOf(n: number): number {
  return ((n * 7919) % 10_007) / 10_007;
}
