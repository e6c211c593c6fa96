import { relative, sep } from "node:path";
import { reviewText } from "../../server/conversation/exportedReview.ts";
import type { Review } from "../../server/protocol/edits.ts";
import type { ContextItem, ModelName } from "../../server/protocol/events.ts";
import { emptyTranscript, update } from "../../server/protocol/transcript.ts";
import type { Services } from "../../server/services.ts";
import { DuckError } from "../../server/util/errors.ts";
import { escapeControls } from "../../server/util/escapeControls.ts";
import type { AnswerFormat } from "./options.ts";

export interface AskOptions {
  readonly question: string;
  /** Absolute; the paths of sources are relative to it. */
  readonly folder: string;
  readonly format: AnswerFormat;
}

/** What `--format json` prints. */
export interface AskResult {
  readonly answer: string;
  /** As the endpoint names it; "offline" without one. */
  readonly model: string;
  readonly conversationId: string;
  readonly sources: readonly { path: string; startLine: number; endLine: number; score: number }[];
  /** Changes that the answer proposes, which are decided in the editor. */
  readonly changes: readonly { path: string; startLine: number; endLine: number; search: string; replace: string }[];
}

/** Asks one question, prints the answer as it comes, and answers the exit code. */
export async function ask({ conversations, newId }: Services, options: AskOptions): Promise<number> {
  const conversationId = newId();
  const interrupt = () => void conversations.stop(conversationId);
  process.once("SIGINT", interrupt);
  const message = { conversationId, operationId: newId(), content: options.question, client: "terminal" as const };
  let transcript = emptyTranscript;
  for await (const event of conversations.send(message, new AbortController().signal)) {
    transcript = update(transcript, event);
    if (event.type === "text" && options.format !== "json") {
      const text = options.format === "markdown" ? event.text : plainLinks(event.text);
      process.stdout.write(escapeControls(text));
    }
  }
  process.removeListener("SIGINT", interrupt);
  const [turn] = transcript.turns;
  if (turn === undefined) throw new DuckError("notFound", "The question was not answered.");
  if (options.format === "json") {
    const items = turn.receipt?.included ?? [];
    const result: AskResult = {
      answer: turn.text,
      model: modelId(turn.model ?? turn.receipt?.model),
      conversationId,
      sources: items.flatMap((item) => sourceOf(item, options.folder) ?? []),
      changes: (turn.reviews ?? []).flatMap((review) => changesOf(review, options.folder)),
    };
    console.log(JSON.stringify(result));
  } else {
    process.stdout.write("\n");
    for (const review of turn.reviews ?? []) process.stdout.write(`\n${escapeControls(reviewText(review))}\n`);
    if (turn.reviews?.length)
      process.stdout.write("\nNothing is changed yet: accept or reject it in RubberDuck's panel.\n");
  }
  if (turn.error !== undefined) console.error(escapeControls(turn.error.message));
  return turn.stopReason === "complete" || turn.stopReason === "length" ? 0 : 1;
}

/** A link to a place in the code reads better as the place itself: terminals make those clickable. */
function plainLinks(text: string): string {
  return text.replace(/\[((?:\\.|[^\]\\])+)\]\(<[^>\n]+>\)/g, (_, label: string) => label.replace(/\\(.)/g, "$1"));
}

function modelId(model: ModelName | undefined): string {
  return model?.id ?? "offline";
}

function changesOf({ files }: Review, folder: string): AskResult["changes"] {
  return files.flatMap(({ path, hunks }) =>
    hunks.map(({ startLine, endLine, search, replace }) => {
      return { path: relativeTo(folder, path), startLine, endLine, search, replace };
    }),
  );
}

function sourceOf({ source, location, score }: ContextItem, folder: string) {
  if (source !== "code" || location === undefined) return undefined;
  const { path, startLine, endLine } = location;
  return { path: relativeTo(folder, path), startLine, endLine, score: score ?? 0 };
}

function relativeTo(folder: string, path: string): string {
  return relative(folder, path).split(sep).join("/");
}
