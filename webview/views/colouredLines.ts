import { highlight } from "../highlight.ts";

/** Coloured code, each line for itself; absent where code is not coloured. */
export function colouredLines(code: string, grammar: string | undefined): readonly DocumentFragment[] | undefined {
  const whole = highlight(code, grammar);
  if (whole === undefined) return undefined;
  const lines = [document.createDocumentFragment()];
  for (const node of whole.childNodes) {
    for (const [index, piece] of piecesOf(node).entries()) {
      if (index > 0) lines.push(document.createDocumentFragment());
      lines.at(-1)?.append(piece);
    }
  }
  return lines;
}

/** What stands of a node on each of its lines: an element that spans several is there several times. */
function piecesOf(node: Node): Node[] {
  if (!(node instanceof Element)) return (node.textContent ?? "").split("\n").map((text) => new Text(text));
  const shell = () => node.cloneNode(false) as Element;
  const pieces = [shell()];
  for (const child of node.childNodes) {
    for (const [index, piece] of piecesOf(child).entries()) {
      if (index > 0) pieces.push(shell());
      pieces.at(-1)?.append(piece);
    }
  }
  return pieces;
}
