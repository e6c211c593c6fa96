import { createHash } from "node:crypto";
import { sentencesOf, spoken } from "../recall/sentences.ts";

/** What is embedded of a text: all of it, and each of its sentences where there are several. None of a blank one. */
export function piecesOf(text: string): string[] {
  const whole = spoken(text).trim();
  if (whole === "") return [];
  const sentences = sentencesOf(text);
  return sentences.length > 1 ? [whole, ...sentences] : [whole];
}

/** By which a text is known again, 64 bits of it. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
