import { sourceLink } from "../util/markdown.ts";
import { definitionsIn } from "./definitions.ts";

const MAX_ENTRIES = 40;

/** What stands in a text, found by form alone: its leading comment and its definitions, with links. */
export function outline(label: string, text: string, firstLine: number): string {
  const lines = text.split("\n");
  const entries = definitionsIn(text, firstLine).filter(({ kind }) => !DETAILS.has(kind));
  const about = leadingComment(lines);
  const name = label.split("/").at(-1) ?? label;
  const rows = entries.slice(0, MAX_ENTRIES).map(({ kind, name: symbol, line }) => {
    return `- ${kind} \`${symbol}\` at ${sourceLink(label, line, `line ${line}`)}`;
  });
  return [
    `**No model was used.** ${sourceLink(label, firstLine, name)} has ${lines.length} lines.`,
    ...(about === "" ? [] : [`> ${about}`]),
    ...(rows.length === 0 ? ["I see no functions, classes or types in it."] : [rows.join("\n")]),
    ...(entries.length > MAX_ENTRIES ? [`and ${entries.length - MAX_ENTRIES} more.`] : []),
    "For an explanation in words, connect a model: run **RubberDuck: Choose Model**.",
  ].join("\n\n");
}

/** Left out of an outline: it tells the parts of a file, not theirs. */
const DETAILS = new Set(["method", "const", "let", "var", "static", "val"]);

function leadingComment(lines: readonly string[]): string {
  const words: string[] = [];
  for (const line of lines.slice(0, 40)) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#!")) continue;
    const comment = /^(?:\/\*\*?|\*\/?|\/\/+!?|#|"""|--|;+)\s?(.*?)(?:\*\/)?$/.exec(trimmed);
    if (comment === null) break;
    if (comment[1]) words.push(comment[1].trim());
  }
  return words.join(" ").replace(/[<>`]/g, "").slice(0, 400);
}
