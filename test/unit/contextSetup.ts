import { ContextBuilder } from "../../server/context/contextBuilder.ts";
import type { ContextRequest } from "../../server/context/contextRequest.ts";
import type { MemorySource } from "../../server/context/recaller.ts";
import type { LanguageModel } from "../../server/llm/languageModel.ts";
import type { SearchHit } from "../../server/protocol/requests.ts";
import { emptyTranscript, type Turn } from "../../server/protocol/transcript.ts";
import type { CodeSearch } from "../../server/workspace/codeSearch.ts";
import { FileReader } from "../../server/workspace/fileReader.ts";
import { FolderReader } from "../../server/workspace/folderReader.ts";
import { WorkingDiff } from "../../server/workspace/workingDiff.ts";
import { WorkspacePaths } from "../../server/workspace/workspacePaths.ts";
import { FakeClock } from "../fakes/clock.ts";

export interface ContextOptions
  extends Partial<
    Pick<
      ContextRequest,
      | "question"
      | "asks"
      | "attachments"
      | "options"
      | "history"
      | "summaries"
      | "continues"
      | "tools"
      | "conversationId"
      | "signal"
    >
  > {
  readonly hits?: readonly SearchHit[];
  readonly contextWindowTokens?: number;
  readonly offline?: boolean;
  readonly memory?: MemorySource;
  readonly folder?: string;
  readonly clock?: FakeClock;
}

interface BuilderOptions {
  readonly hits?: readonly SearchHit[] | undefined;
  readonly memory?: MemorySource | undefined;
  readonly folder?: string | undefined;
  readonly clock?: FakeClock | undefined;
}

/** What a builder over fakes makes of a question. */
export function buildContext({ contextWindowTokens = 8192, offline = false, ...rest }: ContextOptions) {
  const { hits, memory, folder, clock, ...fields } = rest;
  const model: LanguageModel = {
    name: { kind: offline ? "offline" : "openai", id: "test" },
    contextWindowTokens,
    async *stream() {},
  };
  return contextBuilder({ hits, memory, folder, clock }).build({
    model,
    question: "What is this?",
    asks: "chat",
    attachments: [],
    options: {},
    history: [],
    summaries: [],
    signal: new AbortController().signal,
    onProgress: () => {},
    ...fields,
  });
}

/** One over a folder, an index that finds these pieces, and this memory. */
export function contextBuilder({ hits = [], memory, folder = "/ws", clock = new FakeClock() }: BuilderOptions) {
  const code: CodeSearch = { status: { state: "ready", files: 1, skipped: {} }, search: async () => [...hits] };
  const paths = new WorkspacePaths([{ path: folder, name: "ws" }]);
  const files = new FileReader(paths);
  return new ContextBuilder({
    code,
    files,
    folders: new FolderReader(files, paths),
    paths,
    diff: new WorkingDiff([]),
    conversation: async () => emptyTranscript,
    clock,
    ...(memory && { memory }),
  });
}

export function hit(path: string, text: string, score = 1): SearchHit {
  return { path, label: path.replace("/ws/", ""), startLine: 1, endLine: text.split("\n").length, text, score };
}

export function turn(content: string, text: string, turnId = "t"): Turn {
  const accepted = {
    type: "accepted" as const,
    seq: 1,
    at: "",
    turnId,
    operationId: "o",
    content,
    attachments: [],
    options: {},
    client: "panel" as const,
  };
  return { accepted, state: "done", kind: "chat", text };
}
