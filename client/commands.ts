import * as vscode from "vscode";
import { accessCommands } from "./accessCommands.ts";
import { changeCommands } from "./changeCommands.ts";
import type { ChatView } from "./chatView.ts";
import { codeCommands } from "./codeCommands.ts";
import { showDoctor } from "./doctor.ts";
import type { Duck } from "./duck.ts";
import type { Edits } from "./edits.ts";
import type { InPlace } from "./inPlace.ts";
import type { Internals } from "./internals.ts";
import type { LanguageServer } from "./languageServer.ts";
import { memoryCommands } from "./memoryCommands.ts";
import type { ModelPicker } from "./modelPicker.ts";
import type { Proposals } from "./proposals.ts";
import type { StoreCare } from "./storeCare.ts";
import type { StoreTasks } from "./storeTasks.ts";

export interface CommandsOptions {
  readonly chatView: ChatView;
  readonly modelPicker: ModelPicker;
  readonly server: LanguageServer;
  readonly output: vscode.LogOutputChannel;
  readonly duck: Duck;
  readonly storeCare: StoreCare;
  readonly storeTasks: StoreTasks;
  readonly edits: Edits;
  readonly proposals: Proposals;
  readonly inPlace: InPlace;
  readonly internals: Internals;
  /** Resolves when the server that runs knows the settings. */
  readonly connected: () => Promise<void>;
}

/** The command palette, one table: package.json names the same ids. */
export function registerCommands({
  chatView,
  modelPicker,
  server,
  output,
  duck,
  storeCare,
  storeTasks,
  edits,
  proposals,
  inPlace,
  internals,
  connected,
}: CommandsOptions): vscode.Disposable {
  /** From the context menu of a row of the panel, or from the palette for the conversation that is shown. */
  const onRow = (name: RowCommand) => (row: unknown) =>
    chatView.show({ type: "command", name, ...conversationOf(row) });
  const table: Record<string, (row?: unknown) => unknown> = {
    "rubberduck.newConversation": () => chatView.show({ type: "command", name: "newConversation" }),
    "rubberduck.newIncognitoConversation": () => chatView.show({ type: "command", name: "newIncognitoConversation" }),
    "rubberduck.showConversations": () => chatView.show({ type: "command", name: "showConversations" }),
    "rubberduck.focusInput": () => chatView.show({ type: "command", name: "focusInput" }),
    "rubberduck.previewContext": () => chatView.show({ type: "command", name: "previewContext" }),
    "rubberduck.stop": () => chatView.post({ type: "command", name: "stop" }),
    "rubberduck.exportConversation": onRow("exportConversation"),
    "rubberduck.pinConversation": onRow("pinConversation"),
    "rubberduck.renameConversation": onRow("renameConversation"),
    "rubberduck.deleteConversation": onRow("deleteConversation"),
    "rubberduck.chooseModel": () => modelPicker.choose(),
    "rubberduck.setKey": () => modelPicker.setKey(),
    "rubberduck.pauseIndex": () => duck.request("rubberduck/index/pause", { paused: true }),
    "rubberduck.resumeIndex": () => duck.request("rubberduck/index/pause", { paused: false }),
    "rubberduck.rebuildIndex": () => duck.request("rubberduck/index/rebuild", {}),
    "rubberduck.showRecoveryCode": () => storeCare.showRecoveryCode(),
    "rubberduck.enterRecoveryCode": () => storeCare.enterRecoveryCode(),
    "rubberduck.showStoreDetails": () => storeCare.showDetails(),
    "rubberduck.verifyStore": () => storeTasks.verify(),
    "rubberduck.exportEverything": () => storeTasks.exportEverything(),
    "rubberduck.moveStore": () => storeTasks.moveToNewStore(),
    "rubberduck.doctor": () => showDoctor({ duck, server, connected }),
    "rubberduck.showInternals": () => internals.show(),
    "rubberduck.restartServer": () => server.restart(),
    "rubberduck.showOutput": () => output.show(),
    ...accessCommands(duck),
    ...memoryCommands(duck, chatView),
    ...codeCommands(inPlace),
    ...changeCommands(edits, proposals),
  };
  const registered = Object.entries(table).map(([id, run]) => vscode.commands.registerCommand(id, run));
  return vscode.Disposable.from(...registered);
}

type RowCommand = "exportConversation" | "pinConversation" | "renameConversation" | "deleteConversation";

/** What VS Code hands over is the `data-vscode-context` of the row. */
function conversationOf(row: unknown): { conversationId?: string } {
  const { conversationId } = (typeof row === "object" && row !== null ? row : {}) as Record<string, unknown>;
  return typeof conversationId === "string" ? { conversationId } : {};
}
