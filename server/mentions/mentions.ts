import { join } from "node:path";
import { MAX_ATTACHED_CHARACTERS, type UrlAttachment } from "../protocol/attachments.ts";
import type { CompletedKind, CompleteParams, MentionSuggestion, ResolvedUris } from "../protocol/mentions.ts";
import type { ConversationSummary } from "../protocol/requests.ts";
import type { Clock } from "../util/clock.ts";
import { DuckError } from "../util/errors.ts";
import { languageOf } from "../util/languageOf.ts";
import { fetchPage } from "../web/fetchPage.ts";
import { textOfHtml } from "../web/htmlText.ts";
import type { CodeSearch } from "../workspace/codeSearch.ts";
import type { FileList } from "../workspace/fileList.ts";
import type { FileReader } from "../workspace/fileReader.ts";
import { isSecretFile } from "../workspace/secretFiles.ts";
import type { WorkingDiff } from "../workspace/workingDiff.ts";
import { conversationSuggestions } from "./conversations.ts";
import { fileSuggestions, folderSuggestions, likelyFiles } from "./files.ts";
import { symbolSuggestions } from "./symbols.ts";
import { pathOfUri } from "./uris.ts";

export interface MentionsOptions {
  /** Why no file may be read at all, as a sentence: restricted mode. */
  readonly blocked: string | undefined;
  readonly files: FileReader;
  readonly fileList: FileList;
  readonly code: CodeSearch;
  readonly diff: WorkingDiff;
  readonly clock: Clock;
  /** htmlWorker.ts, or what it was bundled to. */
  readonly htmlWorker: URL;
  readonly conversations: () => Promise<readonly ConversationSummary[]>;
}

/** How many of each kind are suggested. */
const LIMIT = 8;
/** Files looked through for definitions, because their name fits. */
const LIKELY_FILES = 8;
/** Rough, of code: a suggestion says what it costs without being read. */
const CHARACTERS_PER_TOKEN = 3.5;

/** What a person may mean by what stands behind an @, and what dropped files are. */
export class Mentions {
  readonly #options: MentionsOptions;

  constructor(options: MentionsOptions) {
    this.#options = options;
  }

  /** Nothing in restricted mode. */
  async complete(params: CompleteParams, signal: AbortSignal): Promise<MentionSuggestion[]> {
    if (this.#options.blocked !== undefined) return [];
    const kinds: readonly CompletedKind[] = params.kind === undefined ? ALL_KINDS : [params.kind];
    const suggestions = await Promise.all(kinds.map((kind) => this.#ofKind(kind, params, signal)));
    signal.throwIfAborted();
    return suggestions.flat();
  }

  /** Files and folders of the workspace; of anything else why not. */
  async resolve(uris: readonly string[]): Promise<ResolvedUris> {
    if (this.#options.blocked !== undefined) return { attachments: [], refusals: [this.#options.blocked] };
    const resolved = await Promise.all(uris.map((uri) => this.#resolveOne(uri)));
    return {
      attachments: resolved.flatMap((one) => (typeof one === "string" ? [] : [one])),
      refusals: resolved.filter((one) => typeof one === "string"),
    };
  }

  /** A page as text. Throws DuckError with what to do. */
  async fetch(address: string, signal: AbortSignal): Promise<UrlAttachment> {
    const { blocked, clock, htmlWorker } = this.#options;
    if (blocked !== undefined) throw new DuckError("invalidRequest", blocked);
    const { url, contentType, text } = await fetchPage(address, { clock, signal });
    const plain = contentType.includes("html") ? await textOfHtml(text, htmlWorker, clock) : text;
    if (plain.trim() === "") {
      throw new DuckError("invalidRequest", `${url} holds no text: it may be drawn by scripts, which I do not run.`);
    }
    return { kind: "url", url, text: plain.slice(0, MAX_ATTACHED_CHARACTERS).toWellFormed() };
  }

  async #ofKind(kind: CompletedKind, params: CompleteParams, signal: AbortSignal): Promise<MentionSuggestion[]> {
    const { query, conversationId, limit = LIMIT } = params;
    const { fileList, code, conversations } = this.#options;
    switch (kind) {
      case "file":
        return fileSuggestions(await fileList.list(), query, limit, signal);
      case "folder":
        // A folder stands behind the files unless folders are asked for.
        return folderSuggestions(await fileList.list(), query, params.kind ? limit : Math.ceil(limit / 2), signal);
      case "symbol":
        return symbolSuggestions(
          code,
          await likelyFiles(await fileList.list(), query, LIKELY_FILES, signal),
          query,
          limit,
          signal,
        );
      case "conversation":
        return conversationSuggestions(await conversations(), query, conversationId, params.kind ? limit : 3);
      case "diff":
        return this.#diff(query, signal);
    }
  }

  async #diff(query: string, signal: AbortSignal): Promise<MentionSuggestion[]> {
    if (!"diff".startsWith(query.toLowerCase())) return [];
    const summary = await this.#options.diff.summary(signal);
    if (summary === undefined) return [];
    return [
      {
        attachment: { kind: "diff" },
        label: "diff",
        detail: `+${summary.added} −${summary.removed} since the last commit`,
        tokens: Math.ceil(summary.characters / CHARACTERS_PER_TOKEN),
        letters: Array.from(query, (_, index) => index),
      },
    ];
  }

  async #resolveOne(uri: string): Promise<ResolvedUris["attachments"][number] | string> {
    const path = pathOfUri(uri);
    if (path === undefined) return `${uri.slice(0, 200)} is no file, so it cannot be added.`;
    if (isSecretFile(path)) return `${nameOf(path)} looks like a file with secrets, so I do not read it.`;
    try {
      await this.#options.files.find(path, "file");
      return { kind: "file", path, language: languageOf(path), mentioned: true };
    } catch (error) {
      if (!(error instanceof DuckError)) throw error;
      if (error.code !== "notFound") return error.message.replaceAll(path, nameOf(path));
    }
    try {
      await this.#options.files.find(path, "folder");
      return { kind: "folder", path: path.length > 1 ? path.replace(/[\\/]+$/, "") : path };
    } catch (error) {
      if (!(error instanceof DuckError)) throw error;
      return error.code === "notFound"
        ? `${nameOf(path)} is not there any more.`
        : error.message.replaceAll(path, nameOf(path));
    }
  }
}

const ALL_KINDS: readonly CompletedKind[] = ["file", "folder", "symbol", "diff", "conversation"];

function nameOf(path: string): string {
  return path.split(/[\\/]/).findLast((segment) => segment !== "") ?? join(path);
}
