import * as vscode from "vscode";
import type {
  EditorAskError,
  EditorAskParams,
  EditorAskResult,
  EditorMessage,
  EditorModelPart,
} from "../server/protocol/editor.ts";
import type { LentModel } from "../server/protocol/requests.ts";

/** Lends VS Code's own language models to the server. Listing asks none of them; VS Code asks its user before the first request. */
export class EditorModels {
  readonly onDidChange = vscode.lm.onDidChangeChatModels;

  async list(): Promise<LentModel[]> {
    if (!vscode.workspace.isTrusted) return [];
    const models = await vscode.lm.selectChatModels();
    return models.map(({ vendor, id, name, maxInputTokens }) => ({
      id: `${vendor}/${id}`,
      name,
      contextWindowTokens: Math.max(1, Math.floor(maxInputTokens)),
    }));
  }

  /** Never throws: how it ended is the result. */
  async ask(
    { id, messages, tools }: EditorAskParams,
    token: vscode.CancellationToken,
    onPart: (part: EditorModelPart) => Promise<void>,
  ): Promise<EditorAskResult> {
    try {
      const model = await find(id);
      if (model === undefined) return failed("modelNotConfigured", gone(id));
      const options: vscode.LanguageModelChatRequestOptions = {
        justification: vscode.l10n.t("RubberDuck answers the message you sent with this model, as you chose."),
        ...(tools.length > 0 && { tools: tools.map(toTool) }),
      };
      const response = await model.sendRequest(toMessages(messages), options, token);
      for await (const value of response.stream) {
        const part = toPart(value);
        if (part) await onPart(part);
      }
      return {};
    } catch (error) {
      return errorOf(error, id);
    }
  }
}

async function find(id: string): Promise<vscode.LanguageModelChat | undefined> {
  const slash = id.indexOf("/");
  const models = await vscode.lm.selectChatModels({ vendor: id.slice(0, slash), id: id.slice(slash + 1) });
  return models[0];
}

function toTool({ name, description, parameters }: EditorAskParams["tools"][number]): vscode.LanguageModelChatTool {
  return { name, description, inputSchema: parameters };
}

/** VS Code knows no system message, and takes the results of all calls of one answer in one message. */
function toMessages(messages: readonly EditorMessage[]): vscode.LanguageModelChatMessage[] {
  const converted: vscode.LanguageModelChatMessage[] = [];
  let results: vscode.LanguageModelToolResultPart[] | undefined;
  for (const message of messages) {
    if (message.role === "tool") {
      const part = new vscode.LanguageModelToolResultPart(message.toolCallId, [
        new vscode.LanguageModelTextPart(message.content),
      ]);
      if (results === undefined) {
        results = [part];
        converted.push(vscode.LanguageModelChatMessage.User(results));
      } else results.push(part);
      continue;
    }
    results = undefined;
    converted.push(
      message.role === "assistant" ? toAssistant(message) : vscode.LanguageModelChatMessage.User(message.content),
    );
  }
  return converted;
}

function toAssistant({
  content,
  toolCalls = [],
}: EditorMessage & { role: "assistant" }): vscode.LanguageModelChatMessage {
  const calls = toolCalls.map(
    (call) => new vscode.LanguageModelToolCallPart(call.id, call.name, parse(call.arguments)),
  );
  const said = content === "" && calls.length > 0 ? [] : [new vscode.LanguageModelTextPart(content)];
  return vscode.LanguageModelChatMessage.Assistant([...said, ...calls]);
}

/** The server sends back only what is a JSON object. */
function parse(json: string): object {
  return JSON.parse(json) as object;
}

function toPart(value: unknown): EditorModelPart | undefined {
  if (value instanceof vscode.LanguageModelTextPart) return { type: "text", text: value.value };
  if (!(value instanceof vscode.LanguageModelToolCallPart)) return undefined;
  return {
    type: "toolCall",
    call: { id: value.callId, name: value.name, arguments: JSON.stringify(value.input ?? {}) },
  };
}

function errorOf(error: unknown, id: string): EditorAskResult {
  const said = error instanceof Error ? error.message : String(error);
  const code = error instanceof vscode.LanguageModelError ? error.code : "";
  switch (code) {
    case vscode.LanguageModelError.NoPermissions.name:
      return failed(
        "keyRefused",
        vscode.l10n.t(
          "VS Code was not allowed to lend {0} to RubberDuck. Send the message again and choose Allow, or run 'RubberDuck: Choose Model'.",
          id,
        ),
      );
    case vscode.LanguageModelError.Blocked.name:
      return failed(
        "rateLimited",
        vscode.l10n.t(
          "{0} is blocked for now, often because its quota is used up. Try again later. It said: {1}",
          id,
          short(said),
        ),
      );
    case vscode.LanguageModelError.NotFound.name:
      return failed("modelNotConfigured", gone(id));
    default:
      return failed("modelUnavailable", vscode.l10n.t("{0} failed. It said: {1}", id, short(causeOf(error) ?? said)));
  }
}

function gone(id: string): string {
  return vscode.l10n.t(
    "VS Code does not lend {0} any more. Enable the extension that provides it, or run 'RubberDuck: Choose Model'.",
    id,
  );
}

function causeOf(error: unknown): string | undefined {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
}

function short(text: string): string {
  const plain = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}

function failed(code: EditorAskError, message: string): EditorAskResult {
  return { error: { code, message } };
}
