import type { Attachment } from "../../protocol/attachments.ts";
import type { WorkspacePaths } from "../../workspace/workspacePaths.ts";

/** What a person calls it, in the receipt. */
export function attachmentLabel(attachment: Attachment, paths: WorkspacePaths): string {
  switch (attachment.kind) {
    case "file":
      return paths.label(attachment.path);
    case "selection":
      return `${paths.label(attachment.path)}:${attachment.startLine}-${attachment.endLine}`;
    case "symbol":
      return `${attachment.name} in ${paths.label(attachment.path)}`;
    case "folder":
      return `${paths.label(attachment.path)}/`;
    case "problems":
      return "Problems";
    case "diff":
      return "Changes";
    case "terminal":
      return "Terminal";
    case "conversation":
      return `“${attachment.title}”`;
    case "url":
      return attachment.url;
    case "image":
    case "text":
      return attachment.name;
  }
}

/** Words of what was named, which the code is searched for as well. */
export function searchWords(attachments: readonly Attachment[], paths: WorkspacePaths): string[] {
  return attachments.flatMap((attachment) => {
    switch (attachment.kind) {
      case "file":
      case "selection":
        return attachment.mentioned === true ? [paths.label(attachment.path)] : [];
      case "folder":
        return [paths.label(attachment.path)];
      case "symbol":
        return [attachment.name];
      default:
        return [];
    }
  });
}
