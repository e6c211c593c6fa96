import type { Attachment, ConversationAttachment, FolderAttachment } from "../../protocol/attachments.ts";
import type { ContextItem } from "../../protocol/events.ts";
import type { Transcript } from "../../protocol/transcript.ts";
import { visibleTurns } from "../../protocol/transcript.ts";
import { DuckError } from "../../util/errors.ts";
import type { CodeSearch } from "../../workspace/codeSearch.ts";
import type { FileReader, PlaceAttachment } from "../../workspace/fileReader.ts";
import type { FolderReader } from "../../workspace/folderReader.ts";
import type { WorkingDiff } from "../../workspace/workingDiff.ts";
import type { WorkspacePaths } from "../../workspace/workspacePaths.ts";
import { attachmentLabel } from "./labels.ts";

/** What an attachment has to say. */
export interface Material {
  /** Which of the message's attachments it is. */
  readonly attachment: number;
  readonly source: ContextItem["source"];
  readonly label: string;
  /** Where it comes from, in words. */
  readonly origin: string;
  readonly text: string;
  /** The part of a file that it is. */
  readonly place?: { readonly path: string; readonly startLine: number; readonly whole: boolean };
  /** What is kept when it is too long. */
  readonly keep: "start" | "end";
  /** The user named it. */
  readonly mentioned: boolean;
  /** 0..1, of what was found in it. */
  readonly score?: number;
}

/** Something that the user named and that cannot be sent. */
export interface Missing {
  readonly attachment: number;
  readonly source: ContextItem["source"];
  readonly label: string;
  readonly why: string;
}

export interface ReadAttachments {
  readonly materials: readonly Material[];
  readonly missing: readonly Missing[];
}

export interface AttachmentSources {
  readonly files: FileReader;
  readonly folders: FolderReader;
  readonly paths: WorkspacePaths;
  readonly diff: WorkingDiff;
  readonly code: CodeSearch;
  /** Throws DuckError notFound. */
  readonly conversation: (conversationId: string) => Promise<Transcript>;
}

/** Pieces of a named folder that may be shown in full. */
const FOLDER_HITS = 6;

/** Gets the text of everything that goes along with a message. One that cannot be read does not hinder the others. */
export class AttachmentReader {
  readonly #sources: AttachmentSources;

  constructor(sources: AttachmentSources) {
    this.#sources = sources;
  }

  async read(attachments: readonly Attachment[], question: string, signal: AbortSignal): Promise<ReadAttachments> {
    const read = await Promise.all(
      attachments.map((attachment, index) => this.#readOne(attachment, index, question, signal)),
    );
    return {
      materials: read.flatMap((one) => (Array.isArray(one) ? one : [])),
      missing: read.flatMap((one) => (Array.isArray(one) ? [] : [one])),
    };
  }

  async #readOne(
    attachment: Attachment,
    index: number,
    question: string,
    signal: AbortSignal,
  ): Promise<Material[] | Missing> {
    const label = attachmentLabel(attachment, this.#sources.paths);
    try {
      const materials = await this.#materials(attachment, label, question, signal);
      return materials.map((material) => ({ ...material, attachment: index }));
    } catch (error) {
      if (!(error instanceof DuckError)) throw error;
      return { attachment: index, source: attachment.kind, label, why: error.message };
    }
  }

  async #materials(
    attachment: Attachment,
    label: string,
    question: string,
    signal: AbortSignal,
  ): Promise<Omit<Material, "attachment">[]> {
    const named = { source: attachment.kind, label, keep: "start", mentioned: true } as const;
    switch (attachment.kind) {
      case "file":
      case "selection":
      case "symbol":
        return [await this.#place(attachment)];
      case "folder":
        return this.#folder(attachment, question, signal);
      case "problems":
        return [{ ...named, origin: "what the editor reports", text: present(attachment.text, "problems") }];
      case "terminal":
        return [
          {
            ...named,
            keep: "end",
            origin: "last commands in the terminal",
            text: present(attachment.text, "terminal"),
          },
        ];
      case "diff":
        return [
          { ...named, origin: "changed since the last commit", text: present(await this.#sources.diff.read(signal)) },
        ];
      case "conversation":
        return [{ ...named, keep: "end", origin: "said in another conversation", text: await this.#said(attachment) }];
      case "url":
        return [{ ...named, origin: "fetched from the web", text: attachment.text }];
      case "text":
        return [{ ...named, origin: "you added it", text: attachment.text }];
      case "image":
        return [];
    }
  }

  async #place(attachment: PlaceAttachment): Promise<Omit<Material, "attachment">> {
    const loaded = await this.#sources.files.load(attachment);
    const mentioned = loaded.kind === "symbol" || loaded.mentioned === true;
    const name = this.#sources.paths.label(loaded.path);
    const startLine = loaded.kind === "file" ? 1 : loaded.startLine;
    return {
      source: loaded.kind,
      label: name,
      origin: mentioned
        ? loaded.kind === "symbol"
          ? `${loaded.name}, which you named`
          : "you named it"
        : loaded.kind === "selection"
          ? "selected in the editor"
          : "open in the editor",
      text: loaded.text,
      place: { path: loaded.path, startLine, whole: loaded.kind === "file" },
      keep: "start",
      mentioned,
    };
  }

  /** Its tree, and what in it matches the question best. */
  async #folder(
    { path }: FolderAttachment,
    question: string,
    signal: AbortSignal,
  ): Promise<Omit<Material, "attachment">[]> {
    const folder = await this.#sources.folders.read(path);
    const { label, files, cut } = folder;
    const more = cut ? "\n…" : "";
    const tree = {
      source: "folder" as const,
      label,
      origin: `a folder you named; ${cut ? "its first " : ""}${files.length} files`,
      text: files.length === 0 ? "(no files)" : files.join("\n") + more,
      keep: "start" as const,
      mentioned: true,
    };
    const inside = await this.#sources.code.search(question, { limit: FOLDER_HITS, paths: [folder.path], signal });
    return [
      tree,
      ...inside.map((hit) => ({
        source: "code" as const,
        label: hit.label,
        origin: `in ${label}, which you named`,
        text: hit.text,
        place: { path: hit.path, startLine: hit.startLine, whole: false },
        keep: "start" as const,
        mentioned: true,
        score: hit.score,
      })),
    ];
  }

  async #said({ conversationId, title }: ConversationAttachment): Promise<string> {
    const transcript = await this.#sources.conversation(conversationId).catch((error: unknown) => {
      throw error instanceof DuckError && error.code === "notFound" ? gone(title) : error;
    });
    const turns = visibleTurns(transcript);
    if (turns.length === 0) throw gone(title);
    return turns
      .map(({ accepted, text }) => `User: ${accepted.content}${text === "" ? "" : `\n\nRubberDuck: ${text}`}`)
      .join("\n\n");
  }
}

function gone(title: string): DuckError {
  return new DuckError("notFound", `The conversation “${title}” is not there any more.`);
}

function present(text: string | undefined, kind?: "problems" | "terminal"): string {
  if (text !== undefined && text.trim() !== "") return text;
  if (kind === "problems") throw new DuckError("notFound", "The editor reported no problems.");
  if (kind === "terminal") throw new DuckError("notFound", "The terminal had shown no command and no selection.");
  throw new DuckError("notFound", "Nothing has changed since the last commit.");
}
