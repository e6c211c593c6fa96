import { escapeControls } from "../../util/escapeControls.ts";

/** Our own styling, and no other: SGR of 16 colours. */
const STYLE = { bold: ["\x1b[1m", "\x1b[22m"], dim: ["\x1b[2m", "\x1b[22m"], code: ["\x1b[36m", "\x1b[39m"] } as const;

/** Markdown as lines of a terminal, one after another: what a line looks like depends on those before it alone. */
export class AnsiLines {
  /** The fence that is open. */
  #fence: string | undefined;
  #held = "";

  /** All lines that are whole by now. */
  add(text: string): string {
    const lines = (this.#held + text).split("\n");
    this.#held = lines.pop() ?? "";
    return lines.map((line) => `${this.#line(line)}\n`).join("");
  }

  rest(): string {
    const line = this.#held;
    this.#held = "";
    return line === "" ? "" : this.#line(line);
  }

  #line(raw: string): string {
    const line = escapeControls(raw.replace(/\r$/, ""));
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (this.#fence !== undefined) {
      if (fence?.startsWith(this.#fence) && line.trim() === fence) this.#fence = undefined;
      else return `  ${styled("code", line)}`;
      return styled("dim", line);
    }
    if (fence !== undefined) {
      this.#fence = fence;
      return styled("dim", line);
    }
    const heading = /^ {0,3}#{1,6}\s+(.*)$/.exec(line)?.[1];
    if (heading !== undefined) return styled("bold", heading);
    if (/^\s*>/.test(line)) return styled("dim", line);
    return spans(line.replace(/^(\s*)[-*+]\s+/, "$1• "));
  }
}

/** A whole text. */
export function ansiOf(markdown: string): string {
  const lines = new AnsiLines();
  return lines.add(markdown) + lines.rest();
}

function spans(line: string): string {
  return line.replace(
    /(`+)([^`]+)\1|\*\*([^*]+)\*\*|\[((?:\\.|[^\]\\])+)\]\((<[^>]*>|[^)\s]*)\)/g,
    (_, _ticks, code?: string, bold?: string, label?: string, target = "") => {
      if (code !== undefined) return styled("code", code);
      if (bold !== undefined) return styled("bold", bold);
      const place = (label ?? "").replace(/\\(.)/g, "$1");
      return /^https?:/.test(target) && target !== label ? `${place} ${styled("dim", `(${target})`)}` : place;
    },
  );
}

function styled(style: keyof typeof STYLE, text: string): string {
  const [on, off] = STYLE[style];
  return text === "" ? "" : `${on}${text}${off}`;
}
