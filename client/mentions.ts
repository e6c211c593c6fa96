import * as vscode from "vscode";
import type { Attachment, SelectionAttachment } from "../server/protocol/attachments.ts";
import { MAX_ATTACHED_CHARACTERS } from "../server/protocol/attachments.ts";
import type { CompleteParams, MentionSuggestion } from "../server/protocol/mentions.ts";
import { isSecretFile } from "../server/workspace/secretFiles.ts";
import type { Duck } from "./duck.ts";
import type { EditorContext } from "./editorContext.ts";
import { confirmFetch } from "./fetchConsent.ts";
import { describeProblems, problemsText } from "./problems.ts";
import { symbolSuggestions } from "./symbols.ts";
import type { TerminalHistory } from "./terminalHistory.ts";

export interface MentionsOptions {
  readonly duck: Duck;
  readonly editorContext: EditorContext;
  readonly terminals: TerminalHistory;
}

/** Rough, of code. */
const CHARACTERS_PER_TOKEN = 3.5;

/** What only the editor knows of what is attached, and of what may be. In restricted mode it knows nothing. */
export class Mentions {
  readonly #options: MentionsOptions;

  constructor(options: MentionsOptions) {
    this.#options = options;
  }

  /** Adds the texts that are known here alone, as they are at this moment. */
  async fill(attachments: readonly Attachment[]): Promise<Attachment[]> {
    if (!vscode.workspace.isTrusted) return [];
    const terminalText = () => this.#options.terminals.text();
    return Promise.all(attachments.map((attachment) => this.#fillOne(attachment, terminalText)));
  }

  /** The same for a look ahead, which is made often: the terminal's selection is read only when it is sent. */
  async estimate(attachments: readonly Attachment[]): Promise<Attachment[]> {
    if (!vscode.workspace.isTrusted) return [];
    const { terminals } = this.#options;
    const terminalText = async () => (terminals.hasCommands ? terminals.text() : "…");
    return Promise.all(attachments.map((attachment) => this.#fillOne(attachment, terminalText)));
  }

  /** The server's suggestions and the editor's own. */
  async complete(params: CompleteParams): Promise<{ suggestions: MentionSuggestion[] }> {
    if (!vscode.workspace.isTrusted) return { suggestions: [] };
    const [fromServer, symbols] = await Promise.all([
      this.#options.duck.request("rubberduck/mention/complete", params),
      params.kind === undefined || params.kind === "symbol" ? symbolSuggestions(params.query) : [],
    ]);
    const { suggestions } = fromServer;
    const known = new Set(symbols.map(({ label }) => label));
    const now = params.kind === undefined ? this.#now(params.query) : [];
    const others = suggestions.filter(({ attachment, label }) => attachment.kind !== "symbol" || !known.has(label));
    return { suggestions: [...others, ...symbols, ...now] };
  }

  /** Only after the user has seen the whole address. */
  async fetch(url: string): Promise<{ attachment: Attachment }> {
    await confirmFetch(url);
    return this.#options.duck.request("rubberduck/mention/fetch", { url });
  }

  async #fillOne(attachment: Attachment, terminalText: () => Promise<string>): Promise<Attachment> {
    switch (attachment.kind) {
      case "file":
        return attachment.text === undefined ? withText(attachment, openText(attachment.path)) : attachment;
      case "selection":
        return attachment.text === undefined ? withText(attachment, this.#selected(attachment)) : attachment;
      case "symbol":
        return attachment;
      case "problems":
        return attachment.text === undefined ? { ...attachment, text: problemsText() } : attachment;
      case "terminal":
        return attachment.text === undefined ? { ...attachment, text: await terminalText() } : attachment;
      default:
        return attachment;
    }
  }

  #selected(selection: SelectionAttachment): string | undefined {
    const exact = this.#options.editorContext.selectedText(selection);
    if (exact !== undefined) return exact;
    const lines = openText(selection.path)?.split(/\r\n|\r|\n/);
    return lines?.slice(selection.startLine - 1, selection.endLine).join("\n");
  }

  #now(query: string): MentionSuggestion[] {
    const { editorContext, terminals } = this.#options;
    const chip = editorContext.chip;
    const selection: MentionSuggestion[] =
      chip?.startLine === undefined || chip.endLine === undefined
        ? []
        : [
            {
              attachment: {
                kind: "selection",
                path: chip.path,
                language: chip.language,
                startLine: chip.startLine,
                endLine: chip.endLine,
                mentioned: true,
              },
              label: "selection",
              detail: `${chip.label}:${chip.startLine}–${chip.endLine}`,
              letters: [],
            },
          ];
    const problems = problemsText();
    const terminal = terminals.description;
    const all: MentionSuggestion[] = [
      ...selection,
      ...(problems === ""
        ? []
        : [suggestion({ kind: "problems" }, "problems", describeProblems(editorContext.editor), problems.length)]),
      ...(terminal === undefined
        ? []
        : [suggestion({ kind: "terminal" }, "terminal", terminal.detail, terminal.characters)]),
    ];
    const typed = query.toLowerCase();
    return all
      .filter(({ label }) => label.startsWith(typed))
      .map((one) => ({ ...one, letters: Array.from(query, (_, index) => index) }));
  }
}

function suggestion(
  attachment: Attachment,
  label: string,
  detail: string,
  characters: number | undefined,
): MentionSuggestion {
  const tokens = characters === undefined ? undefined : Math.ceil(characters / CHARACTERS_PER_TOKEN);
  return { attachment, label, detail, letters: [], ...(tokens !== undefined && { tokens }) };
}

/** As the editor shows it, saved or not; undefined when it is not open, and the server reads it. */
function openText(path: string): string | undefined {
  if (isSecretFile(path)) return undefined;
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "file" && uri.fsPath === path);
  return document?.getText();
}

function withText<A extends Attachment>(attachment: A, text: string | undefined): A {
  return text === undefined ? attachment : { ...attachment, text: text.slice(0, MAX_ATTACHED_CHARACTERS) };
}
