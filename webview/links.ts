import type { PanelAction } from "../server/protocol/panel.ts";

/**
 * Where a link in an answer may lead. Answers are written by a model that may have read hostile text, so this is a list
 * of what is allowed: everything else (command:, javascript:, data:, file:, …) is no link at all.
 */
export type LinkTarget = Extract<PanelAction, { kind: "openFile" | "openLink" }>;

/** `href` as it would stand in an attribute, character references resolved. */
export function linkTarget(href: string): LinkTarget | undefined {
  const address = href.trim();
  if (address === "" || hasControlCharacter(address)) return undefined;
  if (/^(https?:\/\/|mailto:)/i.test(address)) return webTarget(address);
  return fileTarget(address);
}

export interface Mention {
  readonly text: string;
  readonly target?: LinkTarget;
}

/** Cuts text into plain pieces and places in files ("src/a.ts:12"). */
export function splitMentions(text: string): Mention[] {
  const pieces: Mention[] = [];
  let end = 0;
  for (const match of text.matchAll(MENTION)) {
    const target = linkTarget(match[0]);
    if (target === undefined) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ text: match[0], target });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Inline code is a link when the whole of it is a place in a file, or a path with a folder. */
export function codeTarget(code: string): LinkTarget | undefined {
  const place = new RegExp(`^${MENTION.source}$`, "u").test(code);
  return place || /^(?:[\w.@-]+\/)+[\w.@-]+\.[a-z]\w{0,9}$/i.test(code) ? linkTarget(code) : undefined;
}

/** A path with an extension, then a line or a range. Bounded, so that hostile text cannot make it slow. */
const MENTION =
  /(?<![\w/\\.:@-])(?:[\w.@-]{1,100}[/\\]){0,20}[\w.@-]{1,100}\.[a-zA-Z]\w{0,9}:\d{1,7}(?:[-–]\d{1,7})?(?![\w:])/gu;

function webTarget(address: string): LinkTarget | undefined {
  const url = URL.parse(address);
  if (url === null || !["http:", "https:", "mailto:"].includes(url.protocol)) return undefined;
  // A name in front of the host makes a link look like another one.
  return url.username === "" && url.password === "" ? { kind: "openLink", url: url.href } : undefined;
}

function fileTarget(address: string): LinkTarget | undefined {
  const decoded = decodePath(address);
  const match = /^(.*?)(?:#L(\d{1,7})(?:C\d+)?(?:-L?\d+(?:C\d+)?)?|:(\d{1,7})(?:[:–-]\d+)?)?$/u.exec(decoded);
  const path = match?.[1] ?? "";
  if (!isPath(path) || (match?.[3] !== undefined && !/[./\\]/.test(path))) return undefined;
  const line = Number(match?.[2] ?? match?.[3] ?? 0);
  return line > 0 ? { kind: "openFile", path, line } : { kind: "openFile", path };
}

/** Neither an address with a scheme (but for drives), nor a share on another computer, nor a place on a page. */
function isPath(path: string): boolean {
  if (path === "" || hasControlCharacter(path)) return false;
  const withoutDrive = path.replace(/^\/?[a-z]:(?=[\\/])/i, "");
  return !/[:?#*"<>|]/.test(withoutDrive) && !/^[\\/]{2}/.test(withoutDrive);
}

function decodePath(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}
