import type { LanguageModel } from "../../llm/languageModel.ts";
import type { Attachment } from "../../protocol/attachments.ts";
import { imagePart } from "./attached.ts";
import type { Missing } from "./attachmentReader.ts";
import type { Part } from "./part.ts";

/** Pictures, for models that take them; of the others why they are not sent. */
export function readImages(
  attachments: readonly Attachment[],
  model: LanguageModel,
): { parts: readonly Part[]; missing: readonly Missing[] } {
  const parts: Part[] = [];
  const missing: Missing[] = [];
  for (const [index, attachment] of attachments.entries()) {
    if (attachment.kind !== "image") continue;
    const { name, data } = attachment;
    if (model.takesImages !== true) {
      const why = `${model.name.id} is not known to take pictures. Choose another model, or set rubberduck.model.images to "on".`;
      missing.push({ attachment: index, source: "image", label: name, why });
    } else if (data === undefined) {
      const why = "The picture was too large to be kept. Add it to a new message.";
      missing.push({ attachment: index, source: "image", label: name, why });
    } else {
      parts.push(imagePart(attachment, data, index));
    }
  }
  return { parts, missing };
}
