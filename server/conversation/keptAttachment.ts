import type { Attachment } from "../protocol/attachments.ts";

/** What cannot be read again is kept up to this length, in UTF-16 code units. */
const MAX_KEPT_CHARACTERS = 64 * 1024;
/** Of a picture, in characters of base64: about 190 kB. */
const MAX_KEPT_IMAGE = 256 * 1024;

/**
 * An attachment as the log keeps it: what a retry needs, and no text of a file, which is read again. Of a picture that is too
 * large only the name is kept.
 */
export function kept(attachment: Attachment): Attachment {
  switch (attachment.kind) {
    case "file":
    case "symbol": {
      const { text: _, ...place } = attachment;
      return place;
    }
    case "folder":
    case "diff":
    case "conversation":
      return attachment;
    case "selection":
    case "problems":
      return attachment.text === undefined ? attachment : { ...attachment, text: start(attachment.text) };
    case "terminal":
      return attachment.text === undefined ? attachment : { ...attachment, text: end(attachment.text) };
    case "url":
    case "text":
      return { ...attachment, text: start(attachment.text) };
    case "image": {
      const { data, ...name } = attachment;
      return data !== undefined && data.length <= MAX_KEPT_IMAGE ? attachment : name;
    }
  }
}

function start(text: string): string {
  return text.length <= MAX_KEPT_CHARACTERS ? text : text.slice(0, MAX_KEPT_CHARACTERS).toWellFormed();
}

/** What was printed last says most. */
function end(text: string): string {
  return text.length <= MAX_KEPT_CHARACTERS ? text : text.slice(-MAX_KEPT_CHARACTERS).toWellFormed();
}
