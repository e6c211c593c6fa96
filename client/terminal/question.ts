import { codeFence } from "../../server/util/markdown.ts";
import { UsageError } from "./usage.ts";

/** Where a question may come from besides the command line. */
export interface QuestionSource extends AsyncIterable<unknown> {
  readonly isTTY?: boolean;
}

/** Longer than any model reads. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * What is asked: the words; with "-" among them, what standard input holds goes along below them; with none, standard input is the
 * question. With words alone it is not read: it may be a pipe that nobody ever closes. Throws UsageError.
 */
export async function questionFrom(words: readonly string[], input: QuestionSource): Promise<string> {
  const said = words
    .filter((word) => word !== "-")
    .join(" ")
    .trim();
  if (said !== "" && !words.includes("-")) return said;
  if (said === "" && input.isTTY) throw new UsageError("The question is missing.");
  const text = await textOf(input);
  if (said === "" && text.trim() === "") throw new UsageError("The question is missing.");
  if (said === "") return text.trim();
  return text.trim() === "" ? said : `${said}\n\n${codeFence(text.trimEnd(), "")}`;
}

async function textOf(input: QuestionSource): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of input) {
    text += typeof piece === "string" ? piece : decoder.decode(piece as Uint8Array, { stream: true });
    if (text.length > MOST_CHARACTERS)
      throw new UsageError("Standard input holds more than 8 million characters. Send less.");
  }
  return text + decoder.decode();
}
