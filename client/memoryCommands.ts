import * as vscode from "vscode";
import type { ChatView } from "./chatView.ts";
import { type Duck, toEventError } from "./duck.ts";
import { exportMemory, importMemory } from "./memoryFiles.ts";
import { pickMemory } from "./memoryPicker.ts";

/** The commands about memory, for the table of all commands. */
export function memoryCommands(duck: Duck, chatView: ChatView): Record<string, (row?: unknown) => unknown> {
  const onPage = (name: PageCommand) => () => chatView.show({ type: "command", name });
  const onRow = (name: RowCommand) => (row: unknown) => {
    const place = rowOf(row);
    if (place !== undefined) chatView.post({ type: "command", name, ...place });
  };
  return {
    "rubberduck.memory.show": () => chatView.show({ type: "command", name: "showMemory" }),
    "rubberduck.memory.remember": () => remember(duck),
    "rubberduck.memory.search": () => search(duck, chatView),
    "rubberduck.memory.forget": () => forget(duck, chatView),
    "rubberduck.memory.export": () => exportMemory(duck),
    "rubberduck.memory.import": () => importMemory(duck),
    "rubberduck.memory.write": onPage("writeMemory"),
    "rubberduck.memory.tidy": onPage("tidyMemory"),
    "rubberduck.memory.test": onPage("testMemory"),
    "rubberduck.memory.undo": onPage("undoMemory"),
    "rubberduck.memory.past": onPage("showPastMemory"),
    "rubberduck.memory.correctRow": onRow("correctMemory"),
    "rubberduck.memory.pinRow": onRow("pinMemory"),
    "rubberduck.memory.unpinRow": onRow("pinMemory"),
    "rubberduck.memory.muteRow": onRow("muteMemory"),
    "rubberduck.memory.forgetRow": onRow("forgetMemory"),
    "rubberduck.memory.sourceRow": onRow("showMemorySource"),
  };
}

type PageCommand = "writeMemory" | "tidyMemory" | "testMemory" | "undoMemory" | "showPastMemory";
type RowCommand = "correctMemory" | "pinMemory" | "muteMemory" | "forgetMemory" | "showMemorySource";

/** What is selected in the editor stands in the field already. */
async function remember(duck: Duck): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const selected = editor?.document.getText(editor.selection).replace(/\s+/g, " ").trim() ?? "";
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("RubberDuck: remember"),
    prompt: vscode.l10n.t("A statement, such as: We never retry once the first token has arrived."),
    value: selected.slice(0, MAX_TEXT),
    ignoreFocusOut: true,
  });
  if (text === undefined || text.trim() === "") return;
  try {
    const { outcome } = await duck.request("rubberduck/memory/remember", { text: text.trim() });
    const said = outcome === "known" ? vscode.l10n.t("That was remembered already.") : vscode.l10n.t("Remembered.");
    vscode.window.setStatusBarMessage(said, SAID_MS);
  } catch (error) {
    void vscode.window.showErrorMessage(toEventError(error).message);
  }
}

const MAX_TEXT = 2000;
const SAID_MS = 5000;

async function search(duck: Duck, chatView: ChatView): Promise<void> {
  const memory = await pickMemory(duck, vscode.l10n.t("RubberDuck: search memory"));
  if (memory !== undefined) await chatView.show({ type: "command", name: "showMemory", query: memory.text });
}

/** In its row of the memory page, where it is asked what goes along and where it can be undone. */
async function forget(duck: Duck, chatView: ChatView): Promise<void> {
  const memory = await pickMemory(duck, vscode.l10n.t("RubberDuck: forget"));
  if (memory === undefined) return;
  await chatView.show({ type: "command", name: "showMemory", query: memory.text });
  await chatView.show({ type: "command", name: "forgetMemory", memoryId: memory.id, place: "page" });
}

/** What VS Code hands over is the `data-vscode-context` of the row. */
function rowOf(row: unknown): { memoryId: string; place: string } | undefined {
  const { memoryId, memoryPlace } = (typeof row === "object" && row !== null ? row : {}) as Record<string, unknown>;
  return typeof memoryId === "string" && typeof memoryPlace === "string" ? { memoryId, place: memoryPlace } : undefined;
}
