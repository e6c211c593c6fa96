import type { MemoryKind, MemoryScope } from "../../protocol/memory.ts";
import { cuesOf, languageOf } from "./languages.ts";
import { isValue, tokensOf } from "./words.ts";

/** The user's own in all work, when it is about the person or says so; else the workspace's. */
export function scopeOf(text: string, kind: MemoryKind): MemoryScope {
  const cues = cuesOf(languageOf(text));
  const isOwn =
    /(?<!\p{L})(?:i|i'm|my|me|mir|mich|ich|mein\w*|je|mon|ma|mes|yo|mi|mis|я|мне|мой|моя|eu|meu|minha|io|mio|mia|ik|mijn)(?!\p{L})/iu.test(
      text,
    );
  if (
    cues.everywhere.test(text) &&
    (isOwn || kind === "preference") &&
    !/(?<!\p{L})(?:we|our|wir|unser\w*|nous|notre|мы|наш\w*)(?!\p{L})/iu.test(text)
  )
    return { kind: "user" };
  if (kind !== "preference") return { kind: "workspace" };
  return namesAPlace(text) ? { kind: "workspace" } : { kind: "user" };
}

/** A file, a project, a name: what the preference is bound to. */
function namesAPlace(text: string): boolean {
  const names = tokensOf(text).filter((token, i) => /[_/]|\p{L}\.\p{L}/u.test(token) && isValue(token) && i >= 0);
  return (
    names.length > 0 ||
    /(?<!\p{L})(?:this|here|repo(?:sitory)?|project|codebase|branch|team|we|our)(?!\p{L})/iu.test(text)
  );
}
