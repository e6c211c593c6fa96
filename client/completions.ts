import * as vscode from "vscode";
import {
  COMPLETION_ACCEPTED,
  type CompletionConfiguration,
  type CompletionStatistics,
  type CompletionStatus,
  EAGERNESS,
  type Eagerness,
} from "../server/protocol/completions.ts";
import type { Duck } from "./duck.ts";

const SECTION = "rubberduck.completions";
const TOLD_MS = 8_000;

/** Code suggestions as the editor has them: their settings, their place among the language status, their commands. */
export class Completions implements vscode.Disposable {
  readonly #duck: Duck;
  readonly #item = vscode.languages.createLanguageStatusItem("rubberduck.completions", { pattern: "**" });
  readonly #owned: vscode.Disposable;
  /** What turning them on again goes back to. */
  #lastOn: Eagerness = "relaxed";

  constructor(duck: Duck) {
    this.#duck = duck;
    this.#item.name = vscode.l10n.t("RubberDuck code suggestions");
    this.#item.command = { command: `${SECTION}.choose`, title: vscode.l10n.t("Change") };
    this.#show({ state: "ready", eagerness: readConfiguration().eagerness, why: "" });
    const commands = {
      [`${SECTION}.choose`]: () => this.#choose(),
      [`${SECTION}.toggle`]: () => this.#toggle(),
      [`${SECTION}.trigger`]: () => this.#trigger(),
      [`${SECTION}.statistics`]: () => this.#showStatistics(),
      [COMPLETION_ACCEPTED]: (id: unknown) => this.#accepted(id),
    };
    this.#owned = vscode.Disposable.from(
      this.#item,
      ...Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SECTION)) void this.configure().catch(() => {});
      }),
    );
  }

  /** A server is ready: it hears the settings, and says from now on how it goes. */
  async connected(): Promise<void> {
    this.#duck.onNotification("rubberduck/completion/statusChanged", (status) => this.#show(status));
    await this.configure();
  }

  async configure(): Promise<void> {
    this.#show(await this.#duck.request("rubberduck/completion/configure", readConfiguration()));
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #show({ state, eagerness, why }: CompletionStatus): void {
    if (eagerness !== "off") this.#lastOn = eagerness;
    this.#item.text = vscode.l10n.t("Code suggestions: {0}", nameOf(eagerness));
    this.#item.detail = why;
    this.#item.busy = state === "asking";
  }

  async #choose(): Promise<void> {
    const now = readConfiguration().eagerness;
    const items = EAGERNESS.map((eagerness) => ({
      label: nameOf(eagerness),
      description: eagerness === now ? vscode.l10n.t("now") : "",
      detail: explanationOf(eagerness),
      eagerness,
    }));
    const placeHolder = vscode.l10n.t("When is code suggested at the cursor?");
    const chosen = await vscode.window.showQuickPick(items, { placeHolder });
    if (chosen) await writeEagerness(chosen.eagerness);
  }

  /** Whoever asks, and gets nothing, hears why. */
  async #trigger(): Promise<void> {
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    const { state, why } = await this.#duck.request("rubberduck/completion/status", {});
    if (state === "none" || state === "off") vscode.window.setStatusBarMessage(why, TOLD_MS);
  }

  #toggle(): Promise<void> {
    return writeEagerness(readConfiguration().eagerness === "off" ? this.#lastOn : "off");
  }

  async #accepted(id: unknown): Promise<void> {
    if (typeof id === "string") await this.#duck.request("rubberduck/completion/accepted", { id }).catch(() => {});
  }

  async #showStatistics(): Promise<void> {
    const statistics = await this.#duck.request("rubberduck/completion/statistics", {});
    const message = vscode.l10n.t("Code suggestions since the server started. Counted here only, and sent nowhere.");
    await vscode.window.showInformationMessage(message, { modal: true, detail: inWords(statistics) });
  }
}

function readConfiguration(): CompletionConfiguration {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const set = configuration.get<string>("eagerness");
  const model = configuration.get<string>("model", "").trim();
  return { eagerness: EAGERNESS.find((one) => one === set) ?? "relaxed", ...(model !== "" && { model }) };
}

async function writeEagerness(eagerness: Eagerness): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  await configuration.update("eagerness", eagerness, vscode.ConfigurationTarget.Global);
}

function nameOf(eagerness: Eagerness): string {
  const names: Record<Eagerness, string> = {
    off: vscode.l10n.t("Off"),
    onRequest: vscode.l10n.t("On request"),
    relaxed: vscode.l10n.t("Relaxed"),
    eager: vscode.l10n.t("Eager"),
  };
  return names[eagerness];
}

function explanationOf(eagerness: Eagerness): string {
  const explanations: Record<Eagerness, string> = {
    off: vscode.l10n.t("Never."),
    onRequest: vscode.l10n.t("Only when you ask for it, with Alt+\\."),
    relaxed: vscode.l10n.t("In pauses, where a line may go on."),
    eager: vscode.l10n.t("In shorter pauses, also in the middle of a line."),
  };
  return explanations[eagerness];
}

function inWords(statistics: CompletionStatistics): string {
  const { shown, accepted, retainedCharacters, judgedCharacters, requests, cancelled, cached } = statistics;
  const { latencyP50Ms, latencyP95Ms } = statistics;
  return [
    vscode.l10n.t("Shown: {0}, accepted: {1} ({2}%)", shown, accepted, percent(accepted, shown)),
    vscode.l10n.t(
      "Of what was accepted, {0}% stood there 30 seconds later",
      percent(retainedCharacters, judgedCharacters),
    ),
    vscode.l10n.t("Requests to the model: {0}, broken off: {1}, from the cache: {2}", requests, cancelled, cached),
    ...(latencyP50Ms === undefined || latencyP95Ms === undefined
      ? []
      : [vscode.l10n.t("An answer takes {0} ms, one in twenty more than {1} ms", latencyP50Ms, latencyP95Ms)]),
  ].join("\n");
}

function percent(part: number, of: number): string {
  return of === 0 ? "–" : String(Math.round((100 * part) / of));
}
