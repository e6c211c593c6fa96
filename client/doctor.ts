import * as vscode from "vscode";
import type { DoctorCheck } from "../server/protocol/doctor.ts";
import { type Duck, toEventError } from "./duck.ts";
import type { LanguageServer } from "./languageServer.ts";

export interface DoctorOptions {
  readonly duck: Duck;
  readonly server: LanguageServer;
  /** Resolves when the server that runs knows the settings. */
  readonly connected: () => Promise<void>;
}

interface Row extends vscode.QuickPickItem {
  /** Absent: the report is copied. */
  readonly check?: DoctorCheck;
}

/** A server is ready within two seconds, also on a slow machine. */
const START_WITHIN_MS = 15_000;

/** Shows what works and what does not; choosing a row does what helps. */
export function showDoctor(options: DoctorOptions): void {
  const pick = vscode.window.createQuickPick<Row>();
  const leaving = new vscode.CancellationTokenSource();
  let checks: readonly DoctorCheck[] = [];
  pick.title = vscode.l10n.t("RubberDuck: Doctor");
  pick.placeholder = vscode.l10n.t("Looking whether all works");
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  // The panel takes the focus when it has loaded.
  pick.ignoreFocusOut = true;
  pick.busy = true;
  pick.onDidAccept(() => {
    const [row] = pick.selectedItems;
    pick.hide();
    if (row !== undefined) void act(row, checks);
  });
  pick.onDidHide(() => {
    leaving.cancel();
    leaving.dispose();
    pick.dispose();
  });
  pick.show();
  void look(options, leaving.token).then((found) => {
    if (leaving.token.isCancellationRequested) return;
    checks = [...found].sort((a, b) => rank(a) - rank(b));
    pick.items = [...checks.map(rowOf), { label: `$(copy) ${vscode.l10n.t("Copy the report")}`, alwaysShow: true }];
    pick.placeholder = summary(checks);
    pick.busy = false;
  });
}

async function look(
  { duck, server, connected }: DoctorOptions,
  token: vscode.CancellationToken,
): Promise<readonly DoctorCheck[]> {
  try {
    await started(server);
    if (server.state.state !== "ready") return [serverCheck(server.state.message ?? STILL_STARTING)];
    await connected();
    return (await duck.request("rubberduck/doctor/run", {}, token)).checks;
  } catch (error) {
    return [serverCheck(toEventError(error).message)];
  }
}

/** Resolves when the server does not start any more, or takes too long. */
function started(server: LanguageServer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      listening.dispose();
      resolve();
    };
    const timer = setTimeout(done, START_WITHIN_MS);
    const listening = server.onDidChangeState(({ state }) => state !== "starting" && done());
    if (server.state.state !== "starting") done();
  });
}

async function act({ check }: Row, checks: readonly DoctorCheck[]): Promise<void> {
  if (check === undefined) await vscode.env.clipboard.writeText(checks.map(lineOf).join("\n"));
  else if (check.command !== undefined) await vscode.commands.executeCommand(check.command);
}

function summary(checks: readonly DoctorCheck[]): string {
  const problems = checks.filter(({ state }) => state === "problem").length;
  if (problems === 0) return vscode.l10n.t("No problems");
  return problems === 1 ? vscode.l10n.t("1 problem") : vscode.l10n.t("{0} problems", problems);
}

const ICONS: Readonly<Record<DoctorCheck["state"], string>> = { ok: "pass", warning: "warning", problem: "error" };

function rowOf(check: DoctorCheck): Row {
  const { title, state, finding, remedy } = check;
  return { label: `$(${ICONS[state]}) ${title}`, description: finding, ...(remedy && { detail: remedy }), check };
}

function rank({ state }: DoctorCheck): number {
  return ["problem", "warning", "ok"].indexOf(state);
}

function lineOf({ title, state, finding, remedy }: DoctorCheck): string {
  return [`${title}: ${state}. ${finding}`, ...(remedy === undefined ? [] : [`  ${remedy}`])].join("\n");
}

const STILL_STARTING = "The server has not started yet.";

function serverCheck(finding: string): DoctorCheck {
  const remedy = vscode.l10n.t("Restart the server; the output channel says why it stopped.");
  return {
    id: "folder",
    title: vscode.l10n.t("Server"),
    state: "problem",
    finding,
    remedy,
    command: "rubberduck.restartServer",
  };
}
