import { TextDocument } from "vscode-languageserver-textdocument";
import { Admitted } from "../../server/completion/admitted.ts";
import { Completer } from "../../server/completion/completer.ts";
import { Knowledge } from "../../server/completion/knowledge.ts";
import type { OpenText } from "../../server/completion/place.ts";
import { estimatingTokenizer } from "../../server/context/tokenizer.ts";
import type { FillModel, FillRequest } from "../../server/llm/fill.ts";
import { Traffic } from "../../server/llm/traffic.ts";
import type { RecallHit } from "../../server/protocol/memory.ts";
import type { SearchHit } from "../../server/protocol/requests.ts";
import { DuckError } from "../../server/util/errors.ts";
import { FakeClock, turn } from "./clock.ts";

export interface CompletionWorldOptions {
  /** Why there is no model; default: there is one. */
  readonly offline?: string;
  readonly blocked?: string;
  readonly isLocal?: boolean;
  readonly found?: readonly SearchHit[];
  readonly recalled?: readonly Pick<RecallHit, "text">[];
  /** Files that may not be looked at, by path. */
  readonly denied?: readonly string[];
}

/** What a model says to a gap: pieces, each after so many ms; or it fails. */
export type Fill = (request: FillRequest) => { readonly text: string; readonly afterMs: number } | Error;

/** A completer over documents that are typed in, with a model that answers on a clock that stands still. */
export function completionWorld({
  offline,
  blocked,
  isLocal = true,
  found,
  recalled,
  denied,
}: CompletionWorldOptions = {}) {
  const clock = new FakeClock();
  const documents = new Map<string, TextDocument>();
  const requests: { request: FillRequest; signal: AbortSignal }[] = [];
  const traffic = new Traffic();
  let fill: Fill = () => ({ text: "", afterMs: 0 });
  const model: FillModel = {
    name: "qwen2.5-coder",
    isLocal,
    async *fill(request, signal) {
      requests.push({ request, signal });
      const reply = fill(request);
      if (reply instanceof Error) throw reply;
      await clock.sleep(reply.afterMs, signal);
      yield reply.text;
    },
  };
  const toOpen = (document: TextDocument): OpenText => ({
    uri: document.uri,
    path: document.uri.startsWith("file://") ? document.uri.slice("file://".length) : undefined,
    language: document.languageId,
    version: document.version,
    text: () => document.getText(),
  });
  const label = (path: string) => path.slice(1);
  const knowledge = new Knowledge({
    code: { status: { state: "ready", files: 1, skipped: {}, message: "" }, search: async () => [...(found ?? [])] },
    recall: async () => ({ hits: [...(recalled ?? [])] as RecallHit[], muted: [], patterns: [], ms: 0 }),
    label,
    clock,
  });
  let ids = 0;
  const completer = new Completer({
    documents: {
      get: (uri) => {
        const document = documents.get(uri);
        return document && toOpen(document);
      },
      all: () => [...documents.values()].map(toOpen),
    },
    model: () => offline ?? model,
    traffic,
    admitted: new Admitted(async (path) => {
      if (denied?.includes(path)) throw new DuckError("invalidRequest", `${path} is ignored by git.`);
    }),
    knowledge,
    label,
    loadTokenizer: async () => estimatingTokenizer,
    blocked,
    clock,
    newId: () => `s${++ids}`,
  });
  const open = (uri: string, text: string, language = "typescript") => {
    documents.set(uri, TextDocument.create(uri, language, 1, text));
  };
  /** Replaces what stands between two offsets, as an editor tells it. */
  const edit = (uri: string, start: number, end: number, text: string) => {
    const document = documents.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    TextDocument.update(document, [{ range, text }], document.version + 1);
  };
  return {
    ...{ clock, completer, requests, traffic, open, edit },
    /** Time passes, once what was asked for has come so far as to wait for it. */
    async pass(ms: number) {
      await turn();
      await clock.advance(ms);
      await turn();
    },
    says(how: Fill) {
      fill = how;
    },
    ask: (uri: string, offset: number, invoked = false, signal = new AbortController().signal) =>
      completer.complete({ uri, offset, invoked }, signal),
  };
}
