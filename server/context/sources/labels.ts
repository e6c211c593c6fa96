import { attachmentName } from "../../protocol/attachmentName.ts";
import type { Attachment } from "../../protocol/attachments.ts";
import type { WorkspacePaths } from "../../workspace/workspacePaths.ts";

/** What a person calls it, in the receipt. */
export function attachmentLabel(attachment: Attachment, paths: WorkspacePaths): string {
  const name = attachmentName(attachment, (path) => paths.label(path));
  switch (attachment.kind) {
    case "selection":
      return `${name}:${attachment.startLine}-${attachment.endLine}`;
    case "symbol":
      return `${name} in ${paths.label(attachment.path)}`;
    case "conversation":
      return `“${name}”`;
    default:
      return name;
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
