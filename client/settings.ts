import * as vscode from "vscode";
import type { EmbeddingsSetting, Price } from "../server/protocol/requests.ts";

const SECTION = "rubberduck";

/** The settings, all of machine scope: what a workspace says about them is not read. */
export interface Settings {
  readonly baseUrl: string;
  readonly name: string;
  readonly contextWindowTokens: number | undefined;
  readonly images: "auto" | "on" | "off";
  /** Whether the model may look into the workspace with tools. */
  readonly tools: "auto" | "on" | "off";
  /** Id of a model that the editor lends; it goes before the endpoint. */
  readonly editorModel: string;
  readonly storePath: string | undefined;
  /** USD for a million tokens, by model name. */
  readonly prices: Readonly<Record<string, Price>>;
  /** Whether a model may make titles. */
  readonly titles: boolean;
  /** Whether a model may be asked what is worth remembering. */
  readonly learn: boolean;
  readonly embeddings: EmbeddingsSetting;
}

export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const contextWindowTokens = configuration.get<number>("model.contextWindowTokens", 0);
  const tools = configuration.get<string>("model.tools");
  const storePath = configuration.get<string>("store.path", "").trim();
  const images = configuration.get<string>("model.images", "auto");
  return {
    baseUrl: configuration.get<string>("model.baseUrl", "").trim(),
    name: configuration.get<string>("model.name", "").trim(),
    contextWindowTokens: contextWindowTokens > 0 ? contextWindowTokens : undefined,
    images: images === "on" || images === "off" ? images : "auto",
    tools: tools === "on" || tools === "off" ? tools : "auto",
    editorModel: configuration.get<string>("model.editorModel", "").trim(),
    storePath: storePath === "" ? undefined : storePath,
    prices: pricesIn(configuration.get<unknown>("model.prices")),
    titles: configuration.get<boolean>("titles.useModel", true),
    learn: configuration.get<boolean>("memory.useModel", true),
    embeddings: embeddingsIn(configuration),
  };
}

/** Chooses a model that the editor lends, or none if it is empty. The endpoint's settings stay as they are. */
export async function writeEditorModel(id: string): Promise<void> {
  if (readSettings().editorModel === id) return;
  const configuration = vscode.workspace.getConfiguration(SECTION);
  await configuration.update("model.editorModel", id || undefined, vscode.ConfigurationTarget.Global);
}

/** Writes, each of which takes effect at once: the address goes first, so that no endpoint is asked for another's model. */
export async function writeModelSettings(baseUrl: string, name: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  await writeEditorModel("");
  if (readSettings().baseUrl !== baseUrl) {
    await configuration.update("model.baseUrl", undefined, vscode.ConfigurationTarget.Global);
  }
  await configuration.update("model.name", name || undefined, vscode.ConfigurationTarget.Global);
  await configuration.update("model.baseUrl", baseUrl || undefined, vscode.ConfigurationTarget.Global);
}

/** The server starts anew with it, in every window. */
export async function writeStorePath(path: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  await configuration.update("store.path", path, vscode.ConfigurationTarget.Global);
}

export function affectsModel(change: vscode.ConfigurationChangeEvent): boolean {
  return ["model", "titles", "memory"].some((part) => change.affectsConfiguration(`${SECTION}.${part}`));
}

export function affectsStore(change: vscode.ConfigurationChangeEvent): boolean {
  return change.affectsConfiguration(`${SECTION}.store`);
}

/** An endpoint without a model's name cannot be asked: the one that is built in takes its place. */
function embeddingsIn(configuration: vscode.WorkspaceConfiguration): EmbeddingsSetting {
  const kind = configuration.get<string>("memory.embeddings");
  const model = configuration.get<string>("memory.embeddingsModel", "").trim();
  const baseUrl = configuration.get<string>("memory.embeddingsUrl", "").trim();
  if (kind === "off") return { kind };
  if (kind !== "endpoint" || model === "") return { kind: "embedded" };
  return { kind, model, ...(baseUrl !== "" && { baseUrl }) };
}

/** What has not the agreed form is left out: without a price there is no cost. */
function pricesIn(value: unknown): Record<string, Price> {
  const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, Price] => isPrice(entry[1])));
}

function isPrice(value: unknown): value is Price {
  if (typeof value !== "object" || value === null || !("prompt" in value) || !("completion" in value)) return false;
  return [value.prompt, value.completion].every((usd) => typeof usd === "number" && usd >= 0);
}
