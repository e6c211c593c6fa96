import type { ImageAttachment } from "../../protocol/attachments.ts";
import type { SourceLocation } from "../../protocol/events.ts";
import { codeBlock } from "../prompt.ts";
import type { Tokenizer } from "../tokenizer.ts";
import type { Material } from "./attachmentReader.ts";
import { firstLines, lastLines } from "./cut.ts";
import { LABEL_TOKENS, type Part, SHARES, TOKENS_PER_JOINT } from "./part.ts";

/** One picture of at most 1536 × 1536 pixels: 85 tokens and 170 for each of its 9 tiles of 512 (OpenAI's vision guide). */
const IMAGE_TOKENS = 1615;

/** What was cut to its share was counted for that. */
interface AttachedPart extends Part {
  readonly cost: number;
}

/**
 * The parts that attachments make. What was named shares the room for it evenly; what one leaves over goes to the next
 * ones. Nothing is dropped here but what has not even room for its first line.
 */
export function attachedParts(materials: readonly Material[], room: number, tokenizer: Tokenizer): AttachedPart[] {
  const named = materials.filter(({ mentioned }) => mentioned);
  const others = materials.filter(({ mentioned, place }) => {
    return !mentioned && !named.some((one) => one.place?.whole && one.place.path === place?.path);
  });
  let left = Math.floor(room * SHARES.mention);
  const namedParts = named.map((material, index) => {
    const part = partOf(material, Math.floor(left / (named.length - index)), tokenizer);
    left -= part?.cost ?? 0;
    return part;
  });
  const otherParts = others.map((material) => {
    const share = material.source === "selection" ? SHARES.selection : SHARES.file;
    return partOf(material, Math.floor(room * share), tokenizer);
  });
  return withoutPieces([...namedParts, ...otherParts].flatMap((part) => part ?? []));
}

/** What was found in a named folder is not sent again where the whole of it was named as well. */
function withoutPieces(parts: readonly AttachedPart[]): AttachedPart[] {
  return parts.filter((part) => {
    const { location, score } = part.item();
    if (location === undefined || score === undefined) return true;
    return !parts.some((other) => other !== part && isWhole(other) && holds(other.item().location, location));
  });
}

function isWhole({ item }: AttachedPart): boolean {
  return item().score === undefined;
}

function holds(outer: SourceLocation | undefined, inner: SourceLocation): boolean {
  return outer?.path === inner.path && outer.startLine <= inner.startLine && inner.endLine <= outer.endLine;
}

/** A picture is sent whole or not at all. */
export function imagePart({ name, mediaType }: ImageAttachment, data: string, attachment: number): AttachedPart {
  return {
    item: () => ({ source: "image", label: name, why: "you added it", attachment }),
    image: { mediaType, data },
    group: "mention",
    value: 1,
    cost: IMAGE_TOKENS,
  };
}

function partOf(material: Material, most: number, tokenizer: Tokenizer): AttachedPart | undefined {
  const { origin, place, keep, mentioned, score } = material;
  const cutTo = keep === "end" ? lastLines : firstLines;
  const { text: shown, lines, cut } = cutTo(material.text, most - LABEL_TOKENS, tokenizer);
  if (lines === 0) return undefined;
  const endLine = (place?.startLine ?? 1) + lines - 1;
  const label =
    place !== undefined && (!place.whole || cut) ? `${material.label}:${place.startLine}-${endLine}` : material.label;
  const text = codeBlock(`${label} (${origin})`, shown);
  const group = mentioned ? "mention" : material.source === "selection" ? "selection" : "file";
  return {
    item: () => ({
      source: material.source,
      label,
      why: cut ? `${origin}; its ${keep === "end" ? "last" : "first"} ${lines} lines` : origin,
      attachment: material.attachment,
      ...(score !== undefined && { score }),
      ...(place && { location: { path: place.path, startLine: place.startLine, endLine } }),
    }),
    text: () => text,
    group,
    value: mentioned ? (score === undefined ? 1 : 0.9 + 0.1 * score) : group === "selection" ? 1 : 0.75,
    cost: tokenizer.count(text) + TOKENS_PER_JOINT,
  };
}
