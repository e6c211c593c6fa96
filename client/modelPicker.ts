import * as vscode from "vscode";
import type { DiscoveredEndpoint, LentModel } from "../server/protocol/requests.ts";
import type { Duck } from "./duck.ts";
import { toEventError } from "./duck.ts";
import type { Keys } from "./secrets.ts";
import { readSettings, writeEditorModel, writeModelSettings } from "./settings.ts";

type Choice = vscode.QuickPickItem & { readonly use?: () => Promise<void> };

/** Asks which model should answer, and for what it needs: an address, a name, a key. */
export class ModelPicker {
  readonly #duck: Duck;
  readonly #keys: Keys;
  readonly #lent: () => Promise<readonly LentModel[]>;

  /** @param lent the models that VS Code lends now. */
  constructor(duck: Duck, keys: Keys, lent: () => Promise<readonly LentModel[]>) {
    this.#duck = duck;
    this.#keys = keys;
    this.#lent = lent;
  }

  /** The first menu: offline, what was found on this computer, what VS Code lends, what is configured, another endpoint. */
  async choose(): Promise<void> {
    const picker = vscode.window.createQuickPick<Choice>();
    picker.title = vscode.l10n.t("RubberDuck: choose a model");
    picker.placeholder = vscode.l10n.t("Who should answer?");
    picker.busy = true;
    picker.items = this.#choices([], []);
    picker.onDidAccept(() => {
      const [chosen] = picker.selectedItems;
      picker.hide();
      void chosen?.use?.();
    });
    picker.onDidHide(() => picker.dispose());
    picker.show();
    const [found, lent] = await Promise.all([this.#discover(), this.#lent()]);
    picker.items = this.#choices(found, lent);
    picker.busy = false;
  }

  /** Uses an endpoint, asking for what is missing. "" is offline. */
  async useEndpoint(baseUrl: string | undefined, name: string | undefined): Promise<void> {
    if (baseUrl === "") return writeModelSettings("", "");
    const address = baseUrl ?? (await askAddress(readSettings().baseUrl));
    if (address === undefined) return;
    if (!isLoopback(address) && (await this.#keys.get(address)) === undefined) {
      const key = await askKey(address);
      if (key === undefined) return;
      await this.#keys.set(address, key);
    }
    const model = name ?? (await this.#chooseName(address));
    if (model !== undefined) await writeModelSettings(address, model);
  }

  /** Asks for the key of the configured endpoint. */
  async setKey(): Promise<void> {
    const { baseUrl } = readSettings();
    if (baseUrl === "") {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("A key belongs to an endpoint, and none is configured. Run 'RubberDuck: Choose Model' first."),
      );
      return;
    }
    const key = await askKey(baseUrl);
    if (key !== undefined) await this.#keys.set(baseUrl, key);
  }

  #choices(found: readonly DiscoveredEndpoint[], lent: readonly LentModel[]): Choice[] {
    const { baseUrl, name, editorModel } = readSettings();
    const local = found.flatMap((endpoint) =>
      endpoint.models.map(
        (model): Choice => ({
          label: model,
          description: endpoint.label,
          detail: endpoint.baseUrl,
          use: () => this.useEndpoint(endpoint.baseUrl, model),
        }),
      ),
    );
    const configured: Choice[] =
      baseUrl === ""
        ? []
        : [
            {
              label: vscode.l10n.t("Another model of {0}…", hostOf(baseUrl)),
              description: name === "" || editorModel !== "" ? undefined : vscode.l10n.t("now {0}", name),
              use: () => this.useEndpoint(baseUrl, undefined),
            },
            { label: vscode.l10n.t("Change the key for {0}…", hostOf(baseUrl)), use: () => this.setKey() },
          ];
    return [
      {
        label: vscode.l10n.t("Offline"),
        description: baseUrl === "" && editorModel === "" ? vscode.l10n.t("now") : undefined,
        detail: vscode.l10n.t("Answers from your files, without a model. Nothing leaves this computer."),
        use: () => this.useEndpoint("", undefined),
      },
      ...(local.length > 0 ? [separator(vscode.l10n.t("On this computer")), ...local] : []),
      ...(lent.length > 0 ? [separator(vscode.l10n.t("Lent by VS Code")), ...lentChoices(lent, editorModel)] : []),
      separator(vscode.l10n.t("Over an address")),
      ...configured,
      {
        label: vscode.l10n.t("OpenAI-compatible endpoint…"),
        detail: vscode.l10n.t("Needs an address and, for most, a key"),
        use: () => this.useEndpoint(undefined, undefined),
      },
    ];
  }

  async #discover(): Promise<DiscoveredEndpoint[]> {
    try {
      return (await this.#duck.request("rubberduck/model/discover", {})).endpoints;
    } catch {
      return [];
    }
  }

  /** The server asks the endpoint for its names; a name can be typed when it gives none. */
  async #chooseName(baseUrl: string): Promise<string | undefined> {
    try {
      const apiKey = await this.#keys.get(baseUrl);
      const { models } = await this.#duck.request("rubberduck/model/list", { baseUrl, ...(apiKey && { apiKey }) });
      if (models.length > 0)
        return await vscode.window.showQuickPick(models, { title: vscode.l10n.t("Model of {0}", hostOf(baseUrl)) });
    } catch (error) {
      void vscode.window.showWarningMessage(toEventError(error).message);
    }
    return vscode.window.showInputBox({
      title: vscode.l10n.t("Model of {0}", hostOf(baseUrl)),
      prompt: vscode.l10n.t("The endpoint gave no list of its models. Type the name of the one to use."),
      placeHolder: "gpt-4.1-mini",
      ignoreFocusOut: true,
    });
  }
}

function lentChoices(lent: readonly LentModel[], chosen: string): Choice[] {
  return lent.map(({ id, name }) => ({
    label: name,
    description: id === chosen ? vscode.l10n.t("now") : undefined,
    detail: vscode.l10n.t("{0}: VS Code asks you once whether RubberDuck may use it", id),
    use: () => writeEditorModel(id),
  }));
}

function askAddress(value: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Address of the endpoint"),
    prompt: vscode.l10n.t("Base URL of an OpenAI-compatible API, with its version"),
    placeHolder: "https://api.openai.com/v1",
    value,
    ignoreFocusOut: true,
    validateInput: (text) => {
      const valid = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
      return valid ? undefined : vscode.l10n.t("An address begins with http:// or https://");
    },
  });
}

function askKey(baseUrl: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("API key for {0}", hostOf(baseUrl)),
    prompt: vscode.l10n.t("Kept in VS Code's secret storage and sent to this host only. Leave it empty for none."),
    password: true,
    ignoreFocusOut: true,
  });
}

function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}

function isLoopback(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(baseUrl).hostname);
}
