import { dirname } from "node:path/posix";
import { isCodeName } from "../commands/targetName.ts";
import type { CommandSuggestion, EditorSituation } from "../protocol/commands.ts";
import type { CompleteParams, MentionSuggestion } from "../protocol/mentions.ts";
import type { TargetKind } from "../protocol/slashCommands.ts";
import { scoreOf } from "./commandSuggestions.ts";
import { best, MAX_SUGGESTIONS, matchWord, moved, type Offered } from "./matching.ts";

/** One word that a command takes: "search" behind /memory, the name of a model behind /model. */
export interface ArgumentWord {
  readonly name: string;
  readonly summary?: string;
  /** More is written behind it. */
  readonly usage?: string;
}

/** The words that what is typed may become; `before` is what stands before it in the box. Pure. */
export function suggestWords(before: string, typed: string, words: readonly ArgumentWord[]): Offered[] {
  return best(
    words.flatMap(({ name, summary, usage }) => {
      const match = matchWord(typed, name);
      if (match === undefined) return [];
      const suggestion: CommandSuggestion = {
        text: `${before}${name}${usage === undefined ? "" : " "}`,
        label: name,
        marks: match.marks,
        ...(summary !== undefined && { summary }),
        ...(match.kind === "close" && { why: "close match" }),
        score: scoreOf(match, false, false),
      };
      return [{ suggestion, match, fits: false }];
    }),
  );
}

/** What an @ may mean, and what a command's targets are found by. */
export interface Completing {
  complete(params: CompleteParams, signal: AbortSignal): Promise<readonly MentionSuggestion[]>;
}

/** A shorter word begins too many definitions. */
const MIN_SYMBOL = 3;

/**
 * Files, folders and definitions that what is typed may become, with or without an @ before it; best what is open. A plain word may
 * as well be talk: it has to be the beginning of a name.
 */
export async function suggestTargets(
  { before, typed, targets, editor }: TypedTarget,
  completing: Completing,
  signal: AbortSignal,
): Promise<Offered[]> {
  const at = typed.startsWith("@") ? "@" : "";
  const query = typed.slice(at.length);
  if (query === "") return [];
  const isPlain = at === "" && !/[./\\]/.test(query);
  const isName = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(query) && query.length >= MIN_SYMBOL;
  const kinds = (["file", "folder", "symbol"] as const).filter(
    (kind) => targets.includes(kind) && (kind !== "symbol" || isName),
  );
  const found = await Promise.all(
    kinds.map((kind) => completing.complete({ query, kind, limit: MAX_SUGGESTIONS }, signal)),
  );
  const offered = found.flat().flatMap((one) => targetOf(before + at, query, one, editor));
  return best(isPlain ? offered.filter(({ match }) => match.kind === "prefix") : offered);
}

export interface TypedTarget {
  /** What stands before it in the box. */
  readonly before: string;
  readonly typed: string;
  readonly targets: readonly TargetKind[];
  readonly editor: EditorSituation;
}

function targetOf(before: string, query: string, found: MentionSuggestion, editor: EditorSituation): Offered[] {
  const { attachment, label, detail } = found;
  if (attachment.kind !== "file" && attachment.kind !== "folder" && attachment.kind !== "symbol") return [];
  const isSymbol = attachment.kind === "symbol";
  const whole = isSymbol || detail === undefined ? label : `${detail}/${label}`;
  const name = matchWord(query, label);
  const match = name?.kind === "prefix" ? name : matchWord(query, whole);
  if (match === undefined) return [];
  const fit = fitOf(attachment.path, editor);
  const why = [match.kind === "close" && "close match", fit].filter(Boolean).join(", ");
  const suggestion: CommandSuggestion = {
    text: before + written(whole, isSymbol && !before.endsWith("@")),
    label: whole,
    marks: moved(match.marks, match === name ? whole.length - label.length : 0),
    ...(isSymbol && detail !== undefined && { summary: detail }),
    ...(why !== "" && { why }),
    score: scoreOf(match, false, fit !== undefined),
  };
  return [{ suggestion, match, fits: fit !== undefined }];
}

/** As targetName.ts reads it: in quotes with blanks in it, and with an @ where it could be a word of talk. */
function written(name: string, isSymbol: boolean): string {
  if (/\s/.test(name)) return `"${name}"`;
  return isSymbol && !isCodeName(name) ? `@${name}` : name;
}

function fitOf(path: string, { file }: EditorSituation): string | undefined {
  if (file === undefined) return undefined;
  if (path === file) return "open now";
  const [own, other] = [path, file].map((one) => dirname(one.replaceAll("\\", "/")));
  return own === other ? "beside the open file" : undefined;
}
