import { SLASH_COMMANDS } from "../protocol/slashCommands.ts";
import { splitFrontMatter } from "../workspace/frontMatter.ts";

/** A command as somebody wrote it into a file. */
export interface UserCommandFile {
  readonly name: string;
  readonly description?: string;
  /** How its argument is written; not in brackets: it needs one. */
  readonly arguments?: string;
  /** The model that answers, by its name; "offline" for none. Absent: whichever answers anyway. */
  readonly model?: string;
  /** What is asked, with $ARGUMENTS, $SELECTION and $FILE for what is only known then. */
  readonly body: string;
}

/** What the placeholders of a body stand for; absent: there is none. */
export interface Filling {
  readonly argument: string;
  readonly selection?: string;
  readonly file?: string;
}

const MAX_BODY = 20_000;
const MAX_LINE = 200;
const NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Reads a command's file; what is wrong with it, as a sentence, when it is none. Keys that it does not know are passed over. */
export function parseUserCommand(fileName: string, source: string): UserCommandFile | string {
  const { lines, text } = splitFrontMatter(source);
  if (lines === undefined && /^\uFEFF?---[ \t]*\r?\n/.test(source)) {
    return "Its first line opens a front matter that is never closed. Put a line --- below it.";
  }
  const keys = keysOf(lines ?? []);
  const name = keys.get("name") ?? fileName.replace(/\.md$/, "");
  const body = text.trim();
  const wrong = problemOfName(name) ?? problemOfBody(body);
  if (wrong !== undefined) return wrong;
  const [description, usage, model] = ["description", "arguments", "model"].map((key) => keys.get(key));
  return {
    name,
    body,
    ...(description && { description: description.replace(/\.$/, "") }),
    ...(usage && { arguments: usage }),
    ...(model && { model }),
  };
}

/**
 * The body with what its placeholders stand for; what is missing, as a sentence, when it cannot be filled in. What is filled in is
 * never looked through for placeholders. An argument that no placeholder takes stands below.
 */
export function fillIn(command: UserCommandFile, { argument, selection, file }: Filling): { asked: string } | string {
  const { name, body } = command;
  const isTaken = body.includes("$ARGUMENTS");
  if (argument === "" && isNeeded(command)) return `/${name} needs to be told what: /${name} ${command.arguments}`;
  if (selection === undefined && body.includes("$SELECTION")) {
    return `/${name} is about what is selected. Select some code in the editor first.`;
  }
  if (file === undefined && body.includes("$FILE")) {
    return `/${name} is about a file. Open one in the editor, or name one with @.`;
  }
  const values: Readonly<Record<string, string>> = {
    ARGUMENTS: argument,
    SELECTION: selection ?? "",
    FILE: file ?? "",
  };
  const filled = body.replace(/\$(ARGUMENTS|SELECTION|FILE)\b/g, (_, key: string) => values[key] ?? "");
  return { asked: isTaken || argument === "" ? filled : `${filled}\n\n${argument}` };
}

function isNeeded({ arguments: usage }: UserCommandFile): boolean {
  return usage !== undefined && !usage.startsWith("[");
}

/** `key: value`, with or without quotes, on a line of its own. */
function keysOf(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, key, value = ""] = /^(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
      const plain = value.replace(/^(["'])(.*)\1$/, "$2").slice(0, MAX_LINE);
      return key === undefined || plain === "" ? [] : [[key.toLowerCase(), plain]];
    }),
  );
}

function problemOfName(name: string): string | undefined {
  if (Object.hasOwn(SLASH_COMMANDS, name)) {
    return `/${name} is a command of mine, which no file may replace. Give it another name.`;
  }
  if (NAME.test(name)) return undefined;
  return `“${name.slice(0, 60)}” is no name for a command. Use small letters, digits and dashes, as in review-tests.`;
}

function problemOfBody(body: string): string | undefined {
  if (body === "") return "It says nothing to ask. Write below the front matter what I should do.";
  if (body.length <= MAX_BODY) return undefined;
  return `It is longer than ${MAX_BODY.toLocaleString("en")} characters. Shorten it.`;
}
