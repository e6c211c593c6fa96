import * as vscode from "vscode";
import type { DoctorCheck } from "../server/protocol/doctor.ts";
import { type Duck, toEventError } from "./duck.ts";

/** Shows what works and what does not; choosing a row does what helps. */
export async function showDoctor(duck: Duck): Promise<void> {
  const title = vscode.l10n.t("RubberDuck: Doctor");
  const looking = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Looking whether all works") };
  const checks = await vscode.window.withProgress({ ...looking, cancellable: true }, async (_, token) => {
    try {
      return (await duck.request("rubberduck/doctor/run", {}, token)).checks;
    } catch (error) {
      return token.isCancellationRequested ? undefined : [serverCheck(toEventError(error).message)];
    }
  });
  if (checks === undefined) return;
  const problems = checks.filter(({ state }) => state === "problem").length;
  const placeHolder = problems === 0 ? vscode.l10n.t("No problems") : vscode.l10n.t("{0} problems", problems);
  const rows = [...checks].sort((a, b) => rank(a) - rank(b)).map(rowOf);
  const copy = { label: `$(copy) ${vscode.l10n.t("Copy the report")}`, check: undefined };
  const chosen = await vscode.window.showQuickPick([...rows, copy], { title, placeHolder, matchOnDetail: true });
  if (chosen === copy) await vscode.env.clipboard.writeText(checks.map(lineOf).join("\n"));
  else if (chosen?.check?.command !== undefined) await vscode.commands.executeCommand(chosen.check.command);
}

const ICONS: Readonly<Record<DoctorCheck["state"], string>> = { ok: "pass", warning: "warning", problem: "error" };

function rowOf(check: DoctorCheck) {
  const { title, state, finding, remedy } = check;
  return { label: `$(${ICONS[state]}) ${title}`, description: finding, ...(remedy && { detail: remedy }), check };
}

function rank({ state }: DoctorCheck): number {
  return ["problem", "warning", "ok"].indexOf(state);
}

function lineOf({ title, state, finding, remedy }: DoctorCheck): string {
  return [`${title}: ${state}. ${finding}`, ...(remedy === undefined ? [] : [`  ${remedy}`])].join("\n");
}

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
