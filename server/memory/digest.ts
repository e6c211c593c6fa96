import { createHash } from "node:crypto";

/** Of a text, whatever its case, spaces and punctuation; "" of one without words. */
export function digestOf(text: string): string {
  const words =
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) return "";
  return createHash("sha256").update(words.join(" ")).digest("hex").slice(0, 32);
}
