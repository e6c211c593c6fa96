import * as vscode from "vscode";
import type { ChatView } from "./chatView.ts";
import type { LanguageServer } from "./languageServer.ts";
import type { ModelPicker } from "./modelPicker.ts";

export interface CommandsOptions {
  readonly chatView: ChatView;
  readonly modelPicker: ModelPicker;
  readonly server: LanguageServer;
  readonly output: vscode.LogOutputChannel;
}

/** The command palette, one table: package.json names the same ids. */
export function registerCommands({ chatView, modelPicker, server, output }: CommandsOptions): vscode.Disposable {
  const table: Record<string, () => unknown> = {
    "rubberduck.newConversation": () => chatView.show({ type: "command", name: "newConversation" }),
    "rubberduck.showConversations": () => chatView.show({ type: "command", name: "showConversations" }),
    "rubberduck.focusInput": () => chatView.show({ type: "command", name: "focusInput" }),
    "rubberduck.stop": () => chatView.post({ type: "command", name: "stop" }),
    "rubberduck.explain": () => chatView.show({ type: "command", name: "insert", text: "/explain " }),
    "rubberduck.chooseModel": () => modelPicker.choose(),
    "rubberduck.setKey": () => modelPicker.setKey(),
    "rubberduck.restartServer": () => server.restart(),
    "rubberduck.showOutput": () => output.show(),
  };
  const registered = Object.entries(table).map(([id, run]) => vscode.commands.registerCommand(id, run));
  return vscode.Disposable.from(...registered);
}
