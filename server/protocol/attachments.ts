/**
 * What goes along with a message. Paths are absolute; lines count from 1. A text that is absent is added by whoever knows it:
 * by the sender's editor what only it knows (selection, problems, terminal, unsaved files), by the server what stands on
 * disk. The log keeps what a retry needs: of what can be read again its place, of the rest its text, cut.
 */
export type Attachment =
  | FileAttachment
  | SelectionAttachment
  | FolderAttachment
  | SymbolAttachment
  | ProblemsAttachment
  | DiffAttachment
  | TerminalAttachment
  | ConversationAttachment
  | UrlAttachment
  | ImageAttachment
  | TextAttachment;

export type AttachmentKind = Attachment["kind"];

/** A file of the workspace: as the editor shows it, saved or not, or as it stands on disk. Kept without its text. */
export interface FileAttachment {
  readonly kind: "file";
  readonly path: string;
  readonly language: string;
  readonly text?: string;
  /** The user named it, rather than that it happened to be open. */
  readonly mentioned?: boolean;
}

export interface SelectionAttachment {
  readonly kind: "selection";
  readonly path: string;
  readonly language: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly text?: string;
  readonly mentioned?: boolean;
}

/** What lies in a folder, and its best files. */
export interface FolderAttachment {
  readonly kind: "folder";
  readonly path: string;
}

/** A definition. Its lines are where it stood when it was named; it is found again by its name. Kept without its text. */
export interface SymbolAttachment {
  readonly kind: "symbol";
  readonly name: string;
  readonly path: string;
  readonly language: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly text?: string;
}

/** Errors and warnings, one a line. */
export interface ProblemsAttachment {
  readonly kind: "problems";
  readonly text?: string;
}

/** What has changed since the last commit, in every repository of the workspace. Read anew by a retry. */
export interface DiffAttachment {
  readonly kind: "diff";
}

/** The last commands of the terminal with what they printed, or its selection. */
export interface TerminalAttachment {
  readonly kind: "terminal";
  readonly text?: string;
}

/** What was said in another conversation. */
export interface ConversationAttachment {
  readonly kind: "conversation";
  readonly conversationId: string;
  readonly title: string;
}

/** A page that was fetched after the user had seen its whole address. */
export interface UrlAttachment {
  readonly kind: "url";
  readonly url: string;
  readonly text: string;
}

/** A pasted or dropped picture. Kept without `data` when that is large. */
export interface ImageAttachment {
  readonly kind: "image";
  readonly name: string;
  readonly mediaType: ImageMediaType;
  /** Base64. */
  readonly data?: string;
}

export type ImageMediaType = (typeof IMAGE_MEDIA_TYPES)[number];

/** What models with eyes take. */
export const IMAGE_MEDIA_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"] as const;

/** A pasted or dropped file from outside of the workspace. */
export interface TextAttachment {
  readonly kind: "text";
  readonly name: string;
  readonly text: string;
}

/** Most of one attachment, in UTF-16 code units: more than any prompt has room for. */
export const MAX_ATTACHED_CHARACTERS = 200_000;
/** Most of a picture, in characters of base64: 3 MiB. */
export const MAX_IMAGE_CHARACTERS = 4 * 1024 * 1024;
/** Most that one message takes along. */
export const MAX_ATTACHMENTS = 50;
