import { Marked, type Token } from "marked";
import { escapeControls } from "../../util/escapeControls.ts";

/** HTML of Markdown: what a model writes as HTML is text, links lead to the web or to a mail, and pictures are links. */
export function htmlOf(markdown: string): string {
  return blocksOf(escapeControls(markdown))
    .map(({ html }) => html)
    .join("");
}

/** An answer as it grows: of each piece only the blocks that it changes. */
export class HtmlBlocks {
  /** What stands from the last block on: nothing that comes changes what is before. */
  #open = "";
  #block = 0;

  /** The blocks from the one with the number `block` on, counted from 0, instead of those that were there. */
  add(text: string): { readonly block: number; readonly blocks: readonly string[] } {
    this.#open += escapeControls(text);
    const block = this.#block;
    const blocks = blocksOf(this.#open);
    const last = blocks.at(-1);
    if (last !== undefined) {
      this.#block += blocks.length - 1;
      this.#open = this.#open.slice(last.start);
    }
    return { block, blocks: blocks.map(({ html }) => html) };
  }
}

interface Block {
  /** Where it stands in the Markdown. */
  readonly start: number;
  readonly html: string;
}

function blocksOf(markdown: string): Block[] {
  let end = 0;
  const placed = marked.lexer(markdown).map((token) => {
    const start = end;
    end += token.raw.length;
    return { token, start };
  });
  return placed
    .filter(({ token }) => token.type !== "space" && token.type !== "def")
    .map(({ token, start }) => ({ start, html: marked.parser([token as Token]) }));
}

const SAFE = /^(https?|mailto):/i;

const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => escaped(text),
    link({ href, tokens }) {
      const label = this.parser.parseInline(tokens);
      return SAFE.test(href) ? `<a href="${escaped(href)}" rel="noopener noreferrer">${label}</a>` : label;
    },
    image: ({ href, text }) => {
      const label = escaped(text || href);
      return SAFE.test(href) ? `<a href="${escaped(href)}" rel="noopener noreferrer">${label}</a>` : label;
    },
    checkbox: ({ checked }) => (checked ? "[x] " : "[ ] "),
    code: ({ text, lang }) => {
      const language = /^[A-Za-z0-9+#-]+/.exec(lang ?? "")?.[0];
      return `<pre><code${language ? ` class="language-${language}"` : ""}>${escaped(text)}\n</code></pre>\n`;
    },
  },
});

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
