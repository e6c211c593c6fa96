import type { Block } from "../protocol/edits.ts";
import { isTalk, kindOf } from "./blockLines.ts";

/**
 * The format in which a model gives edits, like Aider's: a line with the path, then what is to be replaced and by what, whole lines.
 *
 *     src/a.ts
 *     <<<<<<< SEARCH
 *     old lines
 *     =======
 *     new lines
 *     >>>>>>> REPLACE
 *
 * Nothing to search: a new file. A path and `<<<<<<< DELETE >>>>>>>`: the file goes. Around it there may be code fences. Where the
 * lines hold such markers themselves, all three are longer.
 */
export type EditPiece =
  /** What is no edit, as it came. */
  | { readonly type: "text"; readonly text: string }
  /** An edit of this file begins. */
  | { readonly type: "begins"; readonly path: string }
  | ({ readonly type: "block"; readonly path: string } & Block)
  | { readonly type: "delete"; readonly path: string }
  /** What looks like an edit and is none; it follows as text. `why` is a sentence. */
  | { readonly type: "malformed"; readonly path?: string; readonly why: string };

/** Tells talk from edits while a model writes. However the text is cut into pieces, what comes of it is the same. */
export class BlockParser {
  /** A line without its end yet; empty where its beginning was given out as talk. */
  #line = "";
  #isMidTalk = false;
  /** Lines that may be the header of an edit. */
  #held: string[] = [];
  #open: OpenBlock | undefined;
  /** The fence around the edits. */
  #fence: string | undefined;
  #path: string | undefined;

  /** The next piece of the answer. */
  *push(text: string): Generator<EditPiece, void> {
    for (let rest = text; rest !== ""; ) {
      const end = rest.indexOf("\n") + 1;
      const piece = end === 0 ? rest : rest.slice(0, end);
      rest = rest.slice(piece.length);
      yield* this.#piece(piece);
    }
  }

  /** The answer is over. */
  *end(): Generator<EditPiece, void> {
    if (this.#line !== "") yield* this.#whole(this.#line);
    this.#line = "";
    if (this.#open !== undefined) yield* this.#refuse(this.#open, "It breaks off before its end.");
    yield* this.#release();
  }

  *#piece(piece: string): Generator<EditPiece, void> {
    const isEnd = piece.endsWith("\n");
    if (this.#isMidTalk) {
      this.#isMidTalk = !isEnd;
      return yield { type: "text", text: piece };
    }
    this.#line += piece;
    const line = this.#line;
    if (isEnd) {
      this.#line = "";
      yield* this.#whole(line);
    } else if (this.#open === undefined && isTalk(line)) {
      this.#line = "";
      this.#isMidTalk = true;
      yield* this.#release();
      yield { type: "text", text: line };
    }
  }

  *#whole(raw: string): Generator<EditPiece, void> {
    const line = raw.replace(/\r?\n$/, "");
    if (this.#open !== undefined) return yield* this.#inside(this.#open, raw, line);
    const found = kindOf(line);
    switch (found.kind) {
      case "open":
        return yield* this.#begin(raw, found.marks);
      case "delete":
        return yield* this.#delete(raw);
      case "fence":
        if (found.isBare && this.#fence === found.fence) return yield* this.#closeFence();
        return yield* this.#hold(raw, "fence");
      case "blank":
        if (this.#held.length > 0) this.#held.push(raw);
        else yield { type: "text", text: raw };
        return;
      case "path":
        return yield* this.#hold(raw, "path");
      case "prose":
        yield* this.#release();
        return yield { type: "text", text: raw };
    }
  }

  /** A header is a path, and a fence before or behind it. */
  *#hold(raw: string, kind: "path" | "fence"): Generator<EditPiece, void> {
    const kinds = this.#held.map((held) => kindOf(held.trimEnd()).kind).filter((one) => one !== "blank");
    const canJoin = kinds.length === 1 && kinds[0] !== kind;
    if (!canJoin) yield* this.#release();
    this.#held.push(raw);
  }

  *#begin(raw: string, marks: number): Generator<EditPiece, void> {
    const header = this.#header();
    this.#open = { raw: [...header, raw], marks, search: [], replace: undefined, dividers: 0, isNested: false };
    if (this.#path !== undefined) yield { type: "begins", path: this.#path };
  }

  *#delete(raw: string): Generator<EditPiece, void> {
    const header = this.#header();
    if (this.#path === undefined) {
      this.#fence = undefined;
      yield { type: "malformed", why: NO_PATH };
      return yield { type: "text", text: [...header, raw].join("") };
    }
    yield { type: "begins", path: this.#path };
    yield { type: "delete", path: this.#path };
  }

  /** Takes the lines that name the file; without a path among them it is the file of the edit before. */
  #header(): string[] {
    const header = this.#held;
    this.#held = [];
    for (const raw of header) {
      const found = kindOf(raw.trimEnd());
      if (found.kind === "path") this.#path = found.path;
      if (found.kind === "fence") this.#fence = found.fence;
    }
    return header;
  }

  *#inside(open: OpenBlock, raw: string, line: string): Generator<EditPiece, void> {
    open.raw.push(raw);
    const mark = markIn(line, open.marks);
    if (mark === "close") return yield* this.#close(open);
    if (mark === "open") open.isNested = true;
    if (mark === "divide") {
      open.dividers++;
      open.replace ??= [];
    } else (open.replace ?? open.search).push(line);
  }

  *#close(open: OpenBlock): Generator<EditPiece, void> {
    if (open.isNested || open.dividers > 1) {
      return yield* this.#refuse(open, "Its lines hold markers of edits: its own markers must be longer than those.");
    }
    if (open.replace === undefined) return yield* this.#refuse(open, "It has no ======= between old and new lines.");
    if (this.#path === undefined) return yield* this.#refuse(open, NO_PATH);
    this.#open = undefined;
    yield { type: "block", path: this.#path, search: joined(open.search), replace: joined(open.replace) };
  }

  *#refuse({ raw }: OpenBlock, why: string): Generator<EditPiece, void> {
    this.#open = undefined;
    this.#fence = undefined;
    yield { type: "malformed", ...(this.#path !== undefined && { path: this.#path }), why };
    yield { type: "text", text: raw.join("") };
  }

  /** The fence around an edit goes with it. */
  *#closeFence(): Generator<EditPiece, void> {
    this.#fence = undefined;
    yield* this.#release();
  }

  /** What is held is talk. */
  *#release(): Generator<EditPiece, void> {
    const text = this.#held.join("");
    this.#held = [];
    if (text !== "") yield { type: "text", text };
  }
}

interface OpenBlock {
  /** All of it as it came, with its header. */
  readonly raw: string[];
  /** How long its markers are. */
  readonly marks: number;
  readonly search: string[];
  /** Undefined before the divider. */
  replace: string[] | undefined;
  dividers: number;
  isNested: boolean;
}

const NO_PATH = "No path stands before it.";

function markIn(line: string, marks: number): "open" | "divide" | "close" | undefined {
  const [, mark = "", word = ""] = /^([<=>]+)( SEARCH| REPLACE)?[ \t]*$/.exec(line) ?? [];
  if (mark.length !== marks) return undefined;
  if (mark === "<".repeat(marks) && word === " SEARCH") return "open";
  if (mark === "=".repeat(marks) && word === "") return "divide";
  return mark === ">".repeat(marks) && word === " REPLACE" ? "close" : undefined;
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
