import { sourceLink } from "../util/markdown.ts";

const MAX_ENTRIES = 40;

/** What stands in a text, found by form alone: its leading comment and its definitions, with links. */
export function outline(label: string, text: string, firstLine: number): string {
  const lines = text.split("\n");
  const entries = definitionsIn(text, firstLine);
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

/** What a text defines, found by form alone. */
export function definitionsIn(text: string, firstLine = 1): { kind: string; name: string; line: number }[] {
  return text.split("\n").flatMap((line, index) => definition(line, firstLine + index) ?? []);
}

const DEFINITION =
  /^\s*(?:export\s+|default\s+|public\s+|private\s+|protected\s+|static\s+|abstract\s+|async\s+|pub(?:\([a-z]+\))?\s+|unsafe\s+)*(function\*?|class|interface|type|enum|struct|trait|impl|def|fn|func|module|namespace|record|object)\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)/;
const ARROW =
  /^\s*(?:export\s+)?const\s+([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\([^)]*\)|[A-Za-z_$][\w$]*)\s*(?::[^=]+)?=>/;

function definition(line: string, number: number): { kind: string; name: string; line: number } | undefined {
  if (line.length > 500) return undefined;
  const [, kind, name] = DEFINITION.exec(line) ?? [];
  if (kind !== undefined && name !== undefined) return { kind, name, line: number };
  const [, arrow] = ARROW.exec(line) ?? [];
  return arrow === undefined ? undefined : { kind: "function", name: arrow, line: number };
}

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
