import * as vscode from "vscode";
import { Refusal } from "./duck.ts";

/** Shows the whole address and asks. Throws a refusal when the user says no, or the address cannot be fetched. */
export async function confirmFetch(url: string): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    throw new Refusal(vscode.l10n.t("This folder is not trusted, so nothing is fetched."));
  }
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Refusal(vscode.l10n.t("Only addresses that begin with https:// or http:// can be fetched."));
  }
  const { href, hostname } = new URL(url);
  const fetchIt = vscode.l10n.t("Fetch");
  const warning = isNearby(hostname)
    ? `\n\n${vscode.l10n.t("{0} is on this computer or in your own network.", hostname)}`
    : "";
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t("Fetch this page and send its text to the model?"),
    { modal: true, detail: href + warning },
    fetchIt,
  );
  if (answer !== fetchIt) throw new Refusal(vscode.l10n.t("The page was not fetched."));
}

/** By the name alone: nothing is looked up before the user agrees. The server looks at where it leads. */
function isNearby(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return (
    host === "localhost" ||
    /\.(localhost|local|internal|lan|home|corp)$/.test(host) ||
    !/[.:]/.test(host) ||
    /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(host) ||
    /^(::1?$|f[cd]|fe[89ab])/i.test(host)
  );
}
