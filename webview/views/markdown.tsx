import type { MarkedToken, Token, Tokens } from "marked";
import { type ComponentChild, h } from "preact";
import { codeTarget, linkTarget, splitMentions } from "../links.ts";
import { decodeReferences, fenceInfo, parseMarkdown } from "../markdown.ts";
import { CodeBlock } from "./codeBlock.tsx";
import { Icon } from "./icon.tsx";
import { Link } from "./link.tsx";
import { memo } from "./memo.ts";

/** An answer. The elements made here, and no others, are what a model can bring onto the page. */
export const Markdown = memo(({ text, streaming = false }: { text: string; streaming?: boolean }) => (
  <div class={streaming ? "markdown is-streaming" : "markdown"}>{children(parseMarkdown(text), 0)}</div>
));

/** Deeper than any honest answer; the rest is shown as it was written. */
const DEEPEST = 40;

function children(tokens: readonly Token[] | undefined, depth: number): ComponentChild[] {
  if (depth > DEEPEST) return [tokens?.map((token) => token.raw).join("")];
  return (tokens as readonly MarkedToken[] | undefined)?.map((token) => element(token, depth + 1)) ?? [];
}

function element(token: MarkedToken, depth: number): ComponentChild {
  switch (token.type) {
    case "paragraph":
      return <p>{children(token.tokens, depth)}</p>;
    case "heading":
      return h(`h${Math.min(token.depth + 1, 6)}`, {}, children(token.tokens, depth));
    case "blockquote":
      return <blockquote>{children(token.tokens, depth)}</blockquote>;
    case "list":
      return list(token, depth);
    case "list_item":
      return <li>{children(token.tokens, depth)}</li>;
    case "table":
      return table(token, depth);
    case "code":
      return <CodeBlock code={token.text} {...fence(token)} />;
    case "hr":
      return <hr />;
    case "html":
      return html(token);
    default:
      return inline(token, depth);
  }
}

function inline(token: MarkedToken, depth: number): ComponentChild {
  switch (token.type) {
    case "text":
      return token.tokens === undefined ? text(token) : children(token.tokens, depth);
    case "escape":
      return token.text;
    case "strong":
      return <strong>{children(token.tokens, depth)}</strong>;
    case "em":
      return <em>{children(token.tokens, depth)}</em>;
    case "del":
      return <del>{children(token.tokens, depth)}</del>;
    case "codespan":
      return code(token.text);
    case "br":
      return <br />;
    case "link":
      return link(token, depth);
    case "image":
      return image(token);
    case "checkbox":
      return <Checkbox checked={token.checked} />;
    case "space":
    case "def":
      return null;
    default:
      return token.raw;
  }
}

function text(token: Tokens.Text): ComponentChild {
  const plain = token.escaped === false ? decodeReferences(token.text) : token.text;
  return splitMentions(plain).map((piece) =>
    piece.target === undefined ? piece.text : <Link target={piece.target}>{plainCode(piece.text)}</Link>,
  );
}

function code(content: string): ComponentChild {
  const target = codeTarget(content);
  return target === undefined ? plainCode(content) : <Link target={target}>{plainCode(content)}</Link>;
}

function plainCode(content: string): ComponentChild {
  return <code>{content}</code>;
}

/** A link within a link, or to nowhere that is allowed, is only its words. */
function link(token: Tokens.Link, depth: number): ComponentChild {
  const target = linkTarget(token.autolink === true ? token.href : decodeReferences(token.href));
  const words = children(token.tokens, depth);
  if (target === undefined) return words;
  return <Link target={target}>{token.autolink === true ? token.text : plainWords(token.tokens, depth)}</Link>;
}

/** Inside a link nothing is a link of its own. */
function plainWords(tokens: readonly Token[], depth: number): ComponentChild[] {
  return (tokens as readonly MarkedToken[]).map((token) => {
    if (token.type === "text") return token.escaped === false ? decodeReferences(token.text) : token.text;
    if (token.type === "codespan") return plainCode(token.text);
    if (token.type === "image") return decodeReferences(token.text);
    return inline(token, depth);
  });
}

/** Never loaded: an image's address can carry what was read to whoever owns it. */
function image(token: Tokens.Image): ComponentChild {
  const words = decodeReferences(token.text) || "Image";
  const target = linkTarget(decodeReferences(token.href));
  return target === undefined ? (
    words
  ) : (
    <Link target={target}>
      <Icon name="file-media" /> {words}
    </Link>
  );
}

/** HTML is shown as it was written, but for line breaks, which models put into tables. */
function html(token: Tokens.HTML | Tokens.Tag): ComponentChild {
  if (/^<br\s*\/?>$/i.test(token.raw.trim())) return <br />;
  return token.block ? <p class="raw">{token.raw.trimEnd()}</p> : token.raw;
}

function list(token: Tokens.List, depth: number): ComponentChild {
  const items = token.items.map((item) => element(item as MarkedToken, depth));
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function table(token: Tokens.Table, depth: number): ComponentChild {
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            {token.header.map((cell) => (
              <th>{children(cell.tokens, depth)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{children(cell.tokens, depth)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function fence(token: Tokens.Code): { language: string; file: string } {
  return fenceInfo(token.lang && decodeReferences(token.lang));
}

function Checkbox({ checked }: { checked: boolean }) {
  return (
    <>
      <Icon name={checked ? "pass" : "circle-large"} />
      <span class="sr-only">{checked ? "Done: " : "Open: "}</span>{" "}
    </>
  );
}
