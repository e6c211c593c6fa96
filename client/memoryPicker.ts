import * as vscode from "vscode";
import type { Memory } from "../server/protocol/memory.ts";
import { MEMORY_KINDS } from "../server/protocol/memory.ts";
import { type Duck, toEventError } from "./duck.ts";

interface MemoryItem extends vscode.QuickPickItem {
  readonly memory: Memory;
}

/** Finds a memory by what it is about: the best matches while one types, at first those that are used most. */
export function pickMemory(duck: Duck, title: string): Promise<Memory | undefined> {
  const pick = vscode.window.createQuickPick<MemoryItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t("Words it has, or what it is about");
  pick.ignoreFocusOut = true;
  let asked = 0;
  const show = async (query: string) => {
    const mine = ++asked;
    pick.busy = true;
    try {
      const memories = await find(duck, query);
      if (mine !== asked) return;
      pick.items = memories.map(itemOf);
      if (memories.length === 0) pick.placeholder = vscode.l10n.t("Nothing is remembered about that.");
    } catch (error) {
      if (mine === asked) pick.placeholder = toEventError(error).message;
    } finally {
      if (mine === asked) pick.busy = false;
    }
  };
  return new Promise((resolve) => {
    pick.onDidChangeValue((query) => void show(query.trim()));
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.memory);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
    void show("");
  });
}

async function find(duck: Duck, query: string): Promise<readonly Memory[]> {
  if (query === "") {
    const listed = await duck.request("rubberduck/memory/list", { statuses: ["active", "stale"], limit: MOST });
    return listed.memories;
  }
  const params = { query, queryType: "search", limit: MOST, kinds: MEMORY_KINDS } as const;
  const { hits } = await duck.request("rubberduck/memory/recall", params);
  return hits.flatMap(({ memory }) => memory ?? []);
}

const MOST = 50;

/** `alwaysShow`: the words of a question need not stand in what answers it. */
function itemOf(memory: Memory): MemoryItem {
  const { text, kind, pinned, scope } = memory;
  const where = scope.kind === "branch" ? scope.branch : scope.kind === "user" ? vscode.l10n.t("all workspaces") : "";
  return {
    label: pinned ? `$(pinned) ${text}` : text,
    description: where === "" ? kind : `${kind} · ${where}`,
    alwaysShow: true,
    memory,
  };
}
