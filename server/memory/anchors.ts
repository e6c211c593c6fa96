import { createHash } from "node:crypto";
import { basename } from "node:path/posix";
import type { CodeAnchor } from "../protocol/memory.ts";
import { filesIn, symbolsIn } from "./mentioned.ts";

/** The workspace's code as it is now. Paths are relative, with forward slashes. Each throws where that cannot be told. */
export interface CodeReader {
  /** Undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** The text of a definition; undefined when the file defines no such name. */
  symbolText(path: string, symbol: string): Promise<string | undefined>;
  /** The files of that name, wherever they lie. */
  named(name: string): Promise<readonly string[]>;
}

/** Why a memory is not to be relied on any more, in words. */
export interface Stale {
  readonly because: string;
}

const MAX_ANCHORS = 5;
const MAX_LOOKED_FOR = 20;
const HASH_DIGITS = 16;
/** Of a definition that is longer only its first line counts. */
const SHORT_LINES = 40;

/**
 * The code that a new memory speaks of: files and definitions that its text names, looked for in those files and in what was
 * attached where it was said; "this file" is the one that was attached. Nothing that is not there, so that it is not stale at once.
 */
export async function anchorsOf(
  text: string,
  attachedPaths: readonly string[],
  reader: CodeReader,
): Promise<CodeAnchor[]> {
  const code = forgiving(reader);
  const named = await Promise.all(
    filesIn(text)
      .slice(0, MAX_LOOKED_FOR)
      .map((name) => placeOf(name, attachedPaths, code)),
  );
  const attached = attachedPaths.filter((path) => isNamed(path, text, attachedPaths));
  const files = [...new Set([...named.flatMap((path) => path ?? []), ...attached])];
  const places = [...new Set([...files, ...attachedPaths])].slice(0, MAX_LOOKED_FOR);
  const symbols: CodeAnchor[] = [];
  for (const symbol of symbolsIn(text).slice(0, MAX_LOOKED_FOR)) {
    const anchor = await symbolAnchor(symbol, places, code);
    if (anchor !== undefined) symbols.push(anchor);
  }
  const rest = files.filter((path) => !symbols.some((anchor) => anchor.path === path));
  const whole = await Promise.all(rest.map((path) => fileAnchor(path, code)));
  return [...symbols, ...whole.flatMap((anchor) => anchor ?? [])].slice(0, MAX_ANCHORS);
}

/**
 * Whether the code has moved on. A file counts only by being there: it changes every day, and what is known of it mostly still
 * holds. A definition counts by what it says, for that is what is known of it; layout does not, and of a long one, of which nobody
 * knows every line, only how it begins. Undefined when all is as it was, or when that cannot be told.
 */
export async function check(anchors: readonly CodeAnchor[], code: CodeReader): Promise<Stale | undefined> {
  for (const anchor of anchors) {
    const because = await movedOn(anchor, code).catch(() => undefined);
    if (because !== undefined) return { because };
  }
  return undefined;
}

/** The same anchors at the code as it is now, without those that are gone: for what was confirmed. */
export async function renewed(anchors: readonly CodeAnchor[], code: CodeReader): Promise<CodeAnchor[]> {
  const now = anchors.map(({ path, symbol }) =>
    symbol === undefined ? fileAnchor(path, code) : symbolAnchor(symbol, [path], code),
  );
  return (await Promise.all(now)).flatMap((anchor) => anchor ?? []);
}

/** What cannot be told is not there. */
function forgiving(code: CodeReader): CodeReader {
  return {
    read: (path) => code.read(path).catch(() => undefined),
    symbolText: (path, symbol) => code.symbolText(path, symbol).catch(() => undefined),
    named: (name) => code.named(name).catch(() => []),
  };
}

/** A name without a folder is that of an attached file, else of the only file of that name. */
async function placeOf(name: string, attached: readonly string[], code: CodeReader): Promise<string | undefined> {
  if ((await code.read(name)) !== undefined) return name;
  const isIt = (path: string) => path === name || path.endsWith(`/${name}`);
  const found = attached.find(isIt);
  if (found !== undefined) return found;
  const [only, ...others] = (await code.named(basename(name))).filter(isIt);
  return others.length === 0 ? only : undefined;
}

function isNamed(path: string, text: string, attached: readonly string[]): boolean {
  return (
    text.includes(basename(path)) ||
    (attached.length === 1 && /\bthis (file|module|class|function|component)\b/i.test(text))
  );
}

async function symbolAnchor(
  symbol: string,
  paths: readonly string[],
  code: CodeReader,
): Promise<CodeAnchor | undefined> {
  for (const path of paths) {
    const text = await code.symbolText(path, symbol);
    if (text !== undefined) return { path, symbol, hash: hashOf(substance(text)) };
  }
  return undefined;
}

async function fileAnchor(path: string, code: CodeReader): Promise<CodeAnchor | undefined> {
  const text = await code.read(path);
  return text === undefined ? undefined : { path, hash: hashOf(text) };
}

async function movedOn({ path, symbol, hash }: CodeAnchor, code: CodeReader): Promise<string | undefined> {
  const name = basename(path);
  if ((await code.read(path)) === undefined) {
    const [to, ...others] = await code.named(name);
    return to !== undefined && others.length === 0 ? `${name} was moved to ${to}` : `${path} is gone`;
  }
  if (symbol === undefined) return undefined;
  const text = await code.symbolText(path, symbol);
  if (text === undefined) return `${symbol} is not in ${name} any more`;
  return hashOf(substance(text)) === hash ? undefined : `${symbol} in ${name} has changed`;
}

function substance(text: string): string {
  const lines = text.split("\n");
  const counted = lines.length > SHORT_LINES ? lines.slice(0, 1) : lines;
  return counted.join("\n").replace(/\s+/g, "");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_DIGITS);
}
