import { constants } from "node:fs";
import { open } from "node:fs/promises";

export type LinesRead =
  | {
      readonly kind: "lines";
      readonly lines: readonly string[];
      /** More of the range was there than could be taken. */
      readonly cut: boolean;
      /** How many lines the file has; undefined for a file too large to count them. */
      readonly total?: number;
    }
  | { readonly kind: "binary" };

/** A line longer than this is data or a bundle: its end is left out. */
const MAX_LINE_LENGTH = 2000;
/** Beyond this the lines of a file are not counted to its end. */
const COUNTED_BYTES = 4 * 1024 * 1024;
/** Lines further down than this are not looked for. */
const MAX_SCANNED_BYTES = 256 * 1024 * 1024;
/** As git does, to tell binary files. */
const BINARY_PROBE_BYTES = 8 * 1024;

/** Lines of a text file of any size, from 1, both ends inclusive, as many as `maxChars` take. `path` must be real. */
export async function readLines(
  path: string,
  range: { readonly startLine: number; readonly endLine: number },
  maxChars: number,
  signal?: AbortSignal,
): Promise<LinesRead> {
  // Meanwhile it can have become a symlink or a FIFO. Windows has neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  await using file = await open(path, flags);
  const stats = await file.stat();
  if (!stats.isFile()) return { kind: "binary" };
  const lines = new Lines(range, maxChars);
  let decoder: TextDecoder | undefined;
  let scanned = 0;
  for await (const chunk of file.createReadStream({ autoClose: false, ...(signal && { signal }) })) {
    const bytes = Buffer.from(chunk);
    decoder ??= decoderOf(bytes);
    if (decoder === undefined) return { kind: "binary" };
    lines.push(decoder.decode(bytes, { stream: true }));
    scanned += bytes.length;
    if (scanned > MAX_SCANNED_BYTES || (lines.full && stats.size > COUNTED_BYTES)) return lines.result(false);
  }
  return lines.result(true);
}

function decoderOf(first: Buffer): TextDecoder | undefined {
  if (first[0] === 0xff && first[1] === 0xfe) return new TextDecoder("utf-16le");
  if (first[0] === 0xfe && first[1] === 0xff) return new TextDecoder("utf-16be");
  return first.subarray(0, BINARY_PROBE_BYTES).includes(0) ? undefined : new TextDecoder();
}

/** Collects the lines of the range; holds no more of a line, nor more lines, than are shown. */
class Lines {
  readonly #range: { readonly startLine: number; readonly endLine: number };
  readonly #maxChars: number;
  readonly #taken: string[] = [];
  #number = 1;
  #line = "";
  #lineLength = 0;
  #chars = 0;
  #cut = false;

  constructor(range: { readonly startLine: number; readonly endLine: number }, maxChars: number) {
    this.#range = range;
    this.#maxChars = maxChars;
  }

  /** Nothing that comes can still be taken. */
  get full(): boolean {
    return this.#cut || this.#number > this.#range.endLine;
  }

  push(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#append(text, start, end);
      this.#endLine();
      start = end + 1;
    }
    this.#append(text, start, text.length);
  }

  result(complete: boolean): LinesRead {
    if (this.#lineLength > 0) this.#endLine();
    const total = this.#number - 1;
    return { kind: "lines", lines: this.#taken, cut: this.#cut, ...(complete && { total }) };
  }

  #append(text: string, start: number, end: number): void {
    this.#lineLength += end - start;
    if (this.full || this.#number < this.#range.startLine) return;
    this.#line += text.slice(start, Math.min(end, start + MAX_LINE_LENGTH - this.#line.length));
  }

  #endLine(): void {
    if (!this.full && this.#number >= this.#range.startLine) this.#take();
    this.#line = "";
    this.#lineLength = 0;
    this.#number++;
  }

  #take(): void {
    const more = this.#lineLength - this.#line.length;
    const line = more > 0 ? `${this.#line} … (${more} more characters)` : this.#line.replace(/\r$/, "");
    this.#chars += line.length + 1;
    this.#cut = this.#chars > this.#maxChars;
    if (!this.#cut) this.#taken.push(line);
  }
}
