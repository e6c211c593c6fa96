import type { WorkspaceFiles } from "../edits/workspaceFiles.ts";
import type { Attachment } from "../protocol/attachments.ts";
import { DuckError } from "../util/errors.ts";
import { isPlace } from "../workspace/fileReader.ts";
import type { Target } from "./target.ts";

/** A larger file was not written by hand, and no model takes it. */
const MAX_CHARACTERS = 512 * 1024;

/** The whole file, as the editor has it. Throws DuckError for one that cannot be changed. */
export async function textOf({ place, label }: Target, files: WorkspaceFiles, signal: AbortSignal): Promise<string> {
  if (/\.ipynb$/i.test(place.path)) throw cannot(label, "It is a notebook. Copy the cell into a file of its own.");
  const { text, refused } = await files.read(place.path, signal);
  if (refused !== undefined) throw cannot(label, refused);
  if (text === null) throw cannot(label, "It is not saved yet, or was deleted. Save it first.");
  if (text.length > MAX_CHARACTERS)
    throw cannot(label, "It is larger than 512 KiB. Move the part you mean into a file.");
  return text;
}

/**
 * What goes along with the message when its target is worked on: of the target's file the text as it is in the editor. In their
 * order, so that the receipt still names them.
 */
export function withText(attachments: readonly Attachment[], { place }: Target, text: string): readonly Attachment[] {
  return attachments.map((one) => {
    if (!isPlace(one) || one.path !== place.path || one.kind !== "file") return one;
    return { ...one, text, ...(place.kind === "file" && { mentioned: true }) };
  });
}

/** What the message does not bring along of it: the part that is meant, and its file. */
export function besides(attachments: readonly Attachment[], target: Target, text: string): readonly Attachment[] {
  const { place, isAttached } = target;
  const { path, language } = place;
  const hasFile = attachments.some((one) => one.kind === "file" && one.path === path);
  const part = isAttached || place.kind === "file" ? [] : [place];
  const file: Attachment = { kind: "file", path, language, text, ...(place.kind === "file" && { mentioned: true }) };
  return [...part, ...(hasFile ? [] : [file])];
}

function cannot(label: string, why: string): DuckError {
  return new DuckError("invalidRequest", `${label} cannot be changed: ${why}`);
}
