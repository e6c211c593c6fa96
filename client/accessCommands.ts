import * as vscode from "vscode";
import type { AccessToken } from "../server/protocol/access.ts";
import { type Duck, toEventError } from "./duck.ts";

const DAY_MS = 24 * 3_600_000;

/** Other clients of these conversations: a page in the browser, and programs that show a token. */
export function accessCommands(duck: Duck): Record<string, () => Promise<void>> {
  return {
    "rubberduck.openInBrowser": () => told(() => openInBrowser(duck)),
    "rubberduck.createAccessToken": () => told(() => createToken(duck)),
    "rubberduck.revokeAccessToken": () => told(() => revokeToken(duck)),
  };
}

async function openInBrowser(duck: Duck): Promise<void> {
  const { url } = await duck.request("rubberduck/gateway/link", {});
  // A VS Code in the browser would send the page through its own address, where it is not let in.
  const isWeb = vscode.env.uiKind === vscode.UIKind.Web;
  if (!isWeb && (await vscode.env.openExternal(vscode.Uri.parse(url, true)))) return;
  const copy = vscode.l10n.t("Copy Link");
  const message = isWeb
    ? vscode.l10n.t("Open the link in a browser of the computer that runs VS Code's server: once, within a minute.")
    : vscode.l10n.t("No browser opened. The link is good once, within a minute.");
  if ((await vscode.window.showInformationMessage(message, copy)) === copy) await vscode.env.clipboard.writeText(url);
}

async function createToken(duck: Duck): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("RubberDuck: access token (1 of 2)"),
    prompt: vscode.l10n.t("Who or what will use it? Others in the conversation see this name."),
    validateInput: (value) => (value.trim() === "" ? vscode.l10n.t("It needs a name.") : undefined),
  });
  if (name === undefined) return;
  const chosen = await vscode.window.showQuickPick(lifetimes(), {
    title: vscode.l10n.t("RubberDuck: access token (2 of 2)"),
    placeHolder: vscode.l10n.t("How long is it good?"),
  });
  if (chosen === undefined) return;
  const { expiresInMs } = chosen;
  const { token } = await duck.request("rubberduck/access/create", {
    name: name.trim(),
    ...(expiresInMs !== undefined && { expiresInMs }),
  });
  await vscode.env.clipboard.writeText(token);
  const message = vscode.l10n.t("The token of {0} was copied. It is not shown again.", name.trim());
  void vscode.window.showInformationMessage(message);
}

function lifetimes(): (vscode.QuickPickItem & { readonly expiresInMs?: number })[] {
  return [
    { label: vscode.l10n.t("One day"), expiresInMs: DAY_MS },
    { label: vscode.l10n.t("30 days"), expiresInMs: 30 * DAY_MS },
    { label: vscode.l10n.t("Until it is revoked") },
  ];
}

async function revokeToken(duck: Duck): Promise<void> {
  const { tokens } = await duck.request("rubberduck/access/list", {});
  if (tokens.length === 0) {
    const create = vscode.l10n.t("Create One");
    const message = vscode.l10n.t("There are no access tokens.");
    if ((await vscode.window.showInformationMessage(message, create)) === create) await createToken(duck);
    return;
  }
  const items = tokens.map((token) => ({ label: token.name, description: describe(token), id: token.id }));
  const placeHolder = vscode.l10n.t("Whoever uses it is disconnected at once.");
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("RubberDuck: revoke an access token"),
    placeHolder,
  });
  if (chosen === undefined) return;
  await duck.request("rubberduck/access/revoke", { id: chosen.id });
  void vscode.window.showInformationMessage(vscode.l10n.t("The token of {0} is revoked.", chosen.label));
}

function describe({ expiresAt, connected }: AccessToken): string {
  const until =
    expiresAt === undefined
      ? vscode.l10n.t("until it is revoked")
      : vscode.l10n.t("until {0}", new Date(expiresAt).toLocaleString());
  return connected > 0 ? `${until} · ${vscode.l10n.t("{0} connected", connected)}` : until;
}

async function told(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    void vscode.window.showErrorMessage(toEventError(error).message);
  }
}
