import type { Attachment } from "./attachments.ts";

/** What an attachment is called, without its lines: "src/", "retryDelay", "Problems". The reader says how it names paths. */
export function attachmentName(attachment: Attachment, nameOf: (path: string) => string): string {
  switch (attachment.kind) {
    case "file":
    case "selection":
      return nameOf(attachment.path);
    case "folder":
      return `${nameOf(attachment.path)}/`;
    case "symbol":
    case "image":
    case "text":
      return attachment.name;
    case "problems":
      return "Problems";
    case "diff":
      return "Changes";
    case "terminal":
      return "Terminal";
    case "conversation":
      return attachment.title;
    case "url":
      return attachment.url;
  }
}
