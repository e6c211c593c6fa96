import { attachmentName } from "../server/protocol/attachmentName.ts";
import type { Attachment, AttachmentKind } from "../server/protocol/attachments.ts";
import type { EditorChip, PanelAction } from "../server/protocol/panel.ts";
import { lineRange } from "./state.ts";

/** How attachments are called, drawn and told apart. Pure. */

export const ICONS: Readonly<Record<AttachmentKind, string>> = {
  file: "file-code",
  selection: "selection",
  folder: "folder",
  symbol: "symbol-method",
  problems: "warning",
  diff: "diff",
  terminal: "terminal",
  conversation: "comment-discussion",
  url: "globe",
  image: "file-media",
  text: "file-text",
};

/** "resilience.ts", "openai.ts:101–140", "src/", "Problems". */
export function labelOf(attachment: Attachment): string {
  const name = attachmentName(attachment, baseName);
  switch (attachment.kind) {
    case "selection":
      return name + lineRange(attachment.startLine, attachment.endLine);
    case "url":
      return name.replace(/^https?:\/\//, "");
    default:
      return name;
  }
}

/** What a click on it shows; undefined where there is nothing to show. */
export function opens(attachment: Attachment): PanelAction | undefined {
  switch (attachment.kind) {
    case "file":
      return { kind: "openFile", path: attachment.path };
    case "selection":
    case "symbol":
      return { kind: "openFile", path: attachment.path, line: attachment.startLine };
    case "url":
      return { kind: "openLink", url: attachment.url };
    default:
      return undefined;
  }
}

/** The same for what is the same thing. */
export function keyOf(attachment: Attachment): string {
  switch (attachment.kind) {
    case "file":
    case "folder":
      return `${attachment.kind} ${attachment.path}`;
    case "selection":
      return `selection ${attachment.path} ${attachment.startLine} ${attachment.endLine}`;
    case "symbol":
      return `symbol ${attachment.path} ${attachment.name}`;
    case "conversation":
      return `conversation ${attachment.conversationId}`;
    case "url":
      return `url ${attachment.url}`;
    case "image":
      return `image ${attachment.name} ${attachment.data?.length ?? 0} ${attachment.data?.slice(-40) ?? ""}`;
    case "text":
      return `text ${attachment.name} ${attachment.text.length}`;
    default:
      return attachment.kind;
  }
}

/** What came first stays: a file that was named goes before the same file that is open. */
export function eachOnce(attachments: readonly Attachment[]): Attachment[] {
  const known = new Map<string, Attachment>();
  for (const attachment of attachments) if (!known.has(keyOf(attachment))) known.set(keyOf(attachment), attachment);
  return [...known.values()];
}

/** The user chose it, rather than that it happened to be open: it comes back when the message does. */
export function isNamed(attachment: Attachment): boolean {
  return (attachment.kind !== "file" && attachment.kind !== "selection") || attachment.mentioned === true;
}

/** The selection, if there is one, and the file around it. */
export function editorAttachments(editor: EditorChip | undefined): Attachment[] {
  if (editor === undefined) return [];
  const { path, language, startLine, endLine } = editor;
  const file: Attachment = { kind: "file", path, language };
  if (startLine === undefined || endLine === undefined) return [file];
  return [{ kind: "selection", path, language, startLine, endLine }, file];
}

export function editorLabel(editor: EditorChip): string {
  return baseName(editor.label) + lineRange(editor.startLine, editor.endLine);
}

export function editorKey(editor: EditorChip): string {
  return editor.path + lineRange(editor.startLine, editor.endLine);
}

/** What is kept over a reload: large pictures and texts are not. */
export function savable(attachments: readonly Attachment[]): Attachment[] {
  return attachments.filter((attachment) => JSON.stringify(attachment).length < MAX_SAVED);
}

const MAX_SAVED = 32_000;

function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((segment) => segment !== "") ?? path;
}
