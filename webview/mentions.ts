import type { Attachment } from "../server/protocol/attachments.ts";
import type { CompletedKind, MentionSuggestion } from "../server/protocol/mentions.ts";

/** What stands behind an @, and what is offered for it. Pure. */

export interface TypedMention {
  /** Where the @ stands. */
  readonly start: number;
  /** Behind the last letter. */
  readonly end: number;
  /** "folder" of "@folder:src". */
  readonly kind?: MentionKind;
  readonly query: string;
}

/** Kinds that may be written out. */
export type MentionKind = CompletedKind | "url";

export interface KindOffer {
  readonly kind: MentionKind;
  /** As it is written. */
  readonly name: string;
  readonly summary: string;
  readonly icon: string;
}

export const KINDS: readonly KindOffer[] = [
  { kind: "file", name: "file", summary: "A file of the open folder", icon: "file-code" },
  { kind: "folder", name: "folder", summary: "What lies in it, and its best files", icon: "folder" },
  { kind: "symbol", name: "symbol", summary: "A function, class or type", icon: "symbol-method" },
  { kind: "conversation", name: "conversation", summary: "A past conversation", icon: "comment-discussion" },
  { kind: "url", name: "url", summary: "A page, fetched after you agreed", icon: "globe" },
];

/** The mention that is being written at the caret: an @ at the start of a word, and what follows without a blank. */
export function mentionAt(draft: string, caret: number): TypedMention | undefined {
  const match = /(?:^|[\s([{"'`])@([^\s@]*)$/.exec(draft.slice(0, caret));
  const typed = match?.[1];
  if (typed === undefined || typed.length > 500) return undefined;
  const start = caret - typed.length - 1;
  if (/^https?:\/\//i.test(typed)) return { start, end: caret, kind: "url", query: typed };
  const kind = KINDS.find(({ name }) => typed.toLowerCase().startsWith(`${name}:`));
  if (kind === undefined) return { start, end: caret, query: typed };
  return { start, end: caret, kind: kind.kind, query: typed.slice(kind.name.length + 1) };
}

/** The draft with the mention written out, and where the caret stands then. A name with blanks leaves no trace. */
export function written(draft: string, { start, end }: TypedMention, name: string): { draft: string; caret: number } {
  const text = /\s/.test(name) || name === "" ? "" : `@${name} `;
  const rest = draft.slice(end).replace(/^ /, text === "" ? " " : "");
  return { draft: draft.slice(0, start) + text + rest, caret: start + text.length };
}

export type Offer =
  | { readonly type: "attach"; readonly suggestion: MentionSuggestion }
  | { readonly type: "kind"; readonly kind: KindOffer }
  | { readonly type: "fetch"; readonly url: string };

export interface OfferGroup {
  readonly name: "Files" | "Folders" | "Symbols" | "Conversations" | "Now" | "More";
  readonly offers: readonly Offer[];
}

/** What is shown for a typed mention, in groups. */
export function offersFor(typed: TypedMention, suggestions: readonly MentionSuggestion[]): OfferGroup[] {
  if (typed.kind === "url") {
    const url = typed.query.includes("://") ? typed.query : `https://${typed.query}`;
    const isWhole = URL.canParse(url) && new URL(url).hostname.length > 1;
    return isWhole ? [{ name: "More", offers: [{ type: "fetch", url: new URL(url).href }] }] : [];
  }
  const group = (name: OfferGroup["name"], ...kinds: Attachment["kind"][]): OfferGroup => ({
    name,
    offers: suggestions
      .filter(({ attachment }) => kinds.includes(attachment.kind))
      // The list may still be the one for what was typed before.
      .filter(({ attachment }) => typed.kind === undefined || typed.kind === attachment.kind)
      .slice(0, typed.kind === undefined ? SHOWN[name] : undefined)
      .map((suggestion) => ({ type: "attach", suggestion })),
  });
  const query = typed.query.toLowerCase();
  const kinds = typed.kind === undefined ? KINDS.filter(({ name }) => name.startsWith(query)) : [];
  return [
    group("Files", "file"),
    group("Folders", "folder"),
    group("Symbols", "symbol"),
    group("Now", "selection", "problems", "diff", "terminal"),
    group("Conversations", "conversation"),
    { name: "More" as const, offers: kinds.map((kind) => ({ type: "kind" as const, kind })) },
  ].filter(({ offers }) => offers.length > 0);
}

/** Of each group at most, while all kinds are shown. */
const SHOWN: Readonly<Record<OfferGroup["name"], number>> = {
  Files: 4,
  Folders: 2,
  Symbols: 3,
  Now: 4,
  Conversations: 2,
  More: KINDS.length,
};
