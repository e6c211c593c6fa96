import type { Attachment } from "../server/protocol/attachments.ts";
import type { Editing } from "./composer.ts";
import type { Saved } from "./host.ts";

/** State may have been written by an older version of the panel. */
export function readSaved(state: unknown): Saved {
  const saved = (typeof state === "object" && state !== null ? state : {}) as Record<string, unknown>;
  return {
    draft: typeof saved.draft === "string" ? saved.draft : "",
    attachments: Array.isArray(saved.attachments) ? saved.attachments.filter(isAttachment) : [],
    ...(isEditing(saved.editing) && { editing: saved.editing }),
    ...(typeof saved.conversationId === "string" && { conversationId: saved.conversationId }),
    ...(saved.incognito === true && { incognito: true }),
  };
}

function isEditing(value: unknown): value is Editing {
  if (typeof value !== "object" || value === null) return false;
  const { turnId, draft, attachments } = value as Record<string, unknown>;
  const isText = typeof turnId === "string" && typeof draft === "string";
  return isText && Array.isArray(attachments) && attachments.every(isAttachment);
}

/** By its kind alone: the server checks the rest of what it is sent. */
function isAttachment(value: unknown): value is Attachment {
  return typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string";
}
